import { copyFile, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listSources } from '../cache/hash.ts';
import { SetUpError } from '../errors.ts';
import type { SourceChange } from '../plan.ts';
import { Sandbox } from './sandbox.ts';

/** What is built: the guest's JavaScript engine, the tools of the exercisers, the way to vsock, and the driver for one kernel release. */
export const NATIVE_FILES = ['qjs', 'smmute', 'blkdma', 'vsock-bridge', 'smmute.ko'] as const;

const CROSS = 'aarch64-linux-gnu-';
/** As the Makefiles beside the sources have them. */
const STRICT = ['-O2', '-Wall', '-Wextra', '-Wconversion', '-Werror', '-std=gnu11'];
const LINKED = ['-static', '-s'];

export interface NativeOptions {
  /** Folder of the SDK artifact (see makeSdk()). */
  readonly sdk: string;
  /** Folder with the sources: `blkdma/`, `include/`, `qjs/`, `tool/`, `vsock/`, `module/`. */
  readonly sources: string;
  readonly release: string;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles the guest's native programs into `directory`. */
export async function buildNative(directory: string, options: NativeOptions): Promise<readonly string[]> {
  const sandbox = await Sandbox.open(options.sdk, options.signal);
  await sandbox.withWorkFolder(async (outside, inside) => {
    await mkdir(join(outside, 'out'));
    for (const path of await listSources(options.sources)) {
      await cp(join(options.sources, path), join(outside, path), { recursive: true });
    }
    // One after another: together they take two seconds.
    await buildTool(sandbox, inside, await unitsOf(options.sources, 'tool'));
    await buildProgram(sandbox, inside, 'blkdma', await unitsOf(options.sources, 'blkdma'), 'blkdma');
    await buildProgram(sandbox, inside, 'vsock', await unitsOf(options.sources, 'vsock'), 'vsock-bridge');
    await buildQjs(sandbox, inside, await unitsOf(options.sources, 'qjs'));
    await buildModule(sandbox, inside, options.release);
    for (const name of NATIVE_FILES) await copyFile(join(outside, 'out', name), join(directory, name));
  });
  return NATIVE_FILES;
}

/**
 * Builds a driver for each change, `NAME.ko`, from sources with that change alone. One after another in one folder, as
 * each takes no more than the one file that differs.
 */
export async function buildChangedDrivers(
  directory: string,
  options: NativeOptions,
  changes: readonly SourceChange[],
): Promise<readonly string[]> {
  const sandbox = await Sandbox.open(options.sdk, options.signal);
  await sandbox.withWorkFolder(async (outside, inside) => {
    await mkdir(join(outside, 'out'));
    for (const part of ['include', 'module'])
      await cp(join(options.sources, part), join(outside, part), { recursive: true });
    for (const change of changes) {
      const path = join(outside, 'module', change.file);
      const whole = await readFile(path, 'utf8');
      await writeFile(path, applyChange(whole, change));
      await buildModule(sandbox, inside, options.release);
      await copyFile(join(outside, 'out/smmute.ko'), join(directory, `${change.name}.ko`));
      await writeFile(path, whole);
    }
  });
  return changes.map(({ name }) => `${name}.ko`);
}

function applyChange(source: string, { name, file, find, replace }: SourceChange): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new SetUpError(
    'build-failed',
    `The change "${name}" does not fit native/module/${file}: its passage is there ${parts.length - 1} times.`,
    { remedy: 'Change the self-test with the driver.' },
  );
}

async function unitsOf(sources: string, part: string): Promise<string[]> {
  const folder = join(sources, part);
  const isFolder = (await stat(folder).catch(() => null))?.isDirectory() ?? false;
  const units = isFolder ? (await listSources(folder)).filter((path) => path.endsWith('.c')) : [];
  if (units.length > 0) return units;
  throw new SetUpError('file-missing', `There are no sources in ${folder}.`, {
    remedy: 'Restore the folder: it is part of the project.',
  });
}

async function buildTool(sandbox: Sandbox, work: string, units: readonly string[]): Promise<void> {
  const files = units.map((path) => `${work}/tool/${path}`);
  const command = [
    `${CROSS}gcc`,
    ...STRICT,
    ...LINKED,
    `-I${work}/include`,
    '-o',
    `${work}/out/smmute`,
    ...files,
  ];
  await sandbox.run(command, 'compile the smmute tool');
}

/** A program that needs nothing but the C library, from the folder `part`. */
async function buildProgram(
  sandbox: Sandbox,
  work: string,
  part: string,
  units: readonly string[],
  name: string,
): Promise<void> {
  const files = units.map((path) => `${work}/${part}/${path}`);
  await sandbox.run(
    [`${CROSS}gcc`, ...STRICT, ...LINKED, '-o', `${work}/out/${name}`, ...files],
    `compile ${name}`,
  );
}

async function buildQjs(sandbox: Sandbox, work: string, units: readonly string[]): Promise<void> {
  const files = units.map((path) => `${work}/qjs/${path}`);
  const library = '/usr/lib/aarch64-linux-gnu/quickjs/libquickjs.a';
  const flags = [...STRICT, ...LINKED, '-idirafter', '/usr/include', '-o', `${work}/out/qjs`];
  await sandbox.run([`${CROSS}gcc`, ...flags, ...files, library, '-lm', '-lpthread', '-ldl'], 'compile qjs');
}

async function buildModule(sandbox: Sandbox, work: string, release: string): Promise<void> {
  const folder = `${work}/module`;
  const variables = ['ARCH=arm64', `CROSS_COMPILE=${CROSS}`, 'CONFIG_DEBUG_INFO_BTF_MODULES=', `M=${folder}`];
  const make = ['/usr/bin/make', '-C', `/usr/src/linux-headers-${release}`, ...variables, 'modules'];
  await sandbox.run(make, `compile the smmute module for kernel ${release}`);
  // A tenth of the size: the guest reads it over the share.
  const strip = [`${CROSS}strip`, '--strip-debug', '-o', `${work}/out/smmute.ko`, `${folder}/smmute.ko`];
  await sandbox.run(strip, 'strip the smmute module');
}
