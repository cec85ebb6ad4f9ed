import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import {
  hashValue,
  LAB_TEMPLATE,
  type LabFiles,
  type OnProgress,
  QUICK_BOOT_ARGUMENTS,
} from '@coordinator/image';
import { Alarm, Teardown, WatchedClock } from '@coordinator/machine/lifetime';
import { ownIdentity, type ProcessMarker } from '@coordinator/machine/process';
import { createRuntimeFolder, removeRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { ensureSaved, identifyFiles, makeMemoryFile, openSaved, STATE_FILE } from '@coordinator/template';
import { readBootLine } from './boot-progress.ts';
import { exerciserAcs } from './exerciser/index.ts';
import { STILL_LOOKS, untilIdle } from './idle.ts';
import type { Iommu } from './iommu.ts';
import { type LabPlaces, labPlaces } from './lab-places.ts';
import { LabVmm } from './lab-vmm.ts';
import { bootingLab, LAB_MEMORY_MIB, type LabMachine } from './machine.ts';
import { LabPort } from './port.ts';
import { restoreLab } from './restore.ts';
import { whenAborted } from './when-aborted.ts';

/** Raise it when what is in a saved lab changes by what is written here. */
const FORMAT = 2;
const LABEL = 'Booting a lab to start others from';
/** It boots, and a guest in it does too, on a machine that may be busy. */
const LIMIT_MS = 900_000;
const MAX_CPUS = 8;

/** What a lab is started from, whether it boots or is restored. */
export type LabParts = Omit<LabMachine, keyof LabPlaces>;

export function labParts(files: LabFiles, iommu: Iommu): LabParts {
  const { platform, initrd, rootImage, packImage, disk } = files;
  return {
    ...{ iommu, kernel: platform.kernel, initrd, rootImage, packImage, disk },
    cpus: Math.min(MAX_CPUS, Math.max(2, availableParallelism())),
    memoryMiB: LAB_MEMORY_MIB,
    acs: exerciserAcs,
  };
}

/**
 * The lab that others are restored from, made now if there is none yet.
 * @returns its folder.
 * @throws CoordinatorError when it cannot be made; the signal's reason when aborted.
 */
export async function ensureSavedLab(
  files: LabFiles,
  iommu: Iommu,
  cacheDir: string | undefined,
  hooks: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<string> {
  const { qemu } = files.platform;
  const parts = labParts(files, iommu);
  const { kernel, initrd, rootImage, packImage, disk, ...size } = parts;
  const identities = await identifyFiles([...qemu.command, kernel, initrd, rootImage, packImage, disk]);
  const key = hashValue({ format: FORMAT, identities, ...size, qemu: qemu.version });
  return ensureSaved(
    {
      ...{ kind: 'saved-lab', key, label: LABEL },
      make: (folder) => attempt({ qemu: qemu.command, parts, folder }, hooks.signal, saveLab),
      prove: (folder) => attempt({ qemu: qemu.command, parts, folder }, hooks.signal, proveLab),
    },
    cacheDir,
    hooks,
  );
}

/** What is saved, and where. */
interface Saving {
  readonly qemu: readonly string[];
  readonly parts: LabParts;
  readonly folder: string;
}

/** What is started to save a lab, or to see whether it can be restored. */
interface Attempt extends Saving {
  /** For sockets. */
  readonly place: string;
  readonly marker: ProcessMarker;
  readonly teardown: Teardown;
  /** It is given up. */
  readonly over: AbortSignal;
  fail(why: string): void;
}

/** Has `body` at it until the time for that is over, and ends all that it started. @throws what `body` throws. */
async function attempt(
  saving: Saving,
  signal: AbortSignal,
  body: (one: Attempt) => Promise<void>,
): Promise<void> {
  const owner = ownIdentity();
  const run = `saved-lab-${process.pid}`;
  const teardown = new Teardown();
  const clock = new WatchedClock();
  teardown.add(() => clock.close());
  try {
    const place = createRuntimeFolder({ run, owner, folder: null });
    teardown.add(() => removeRuntimeFolder(place));
    const failure = new AbortController();
    const fail = (why: string) => failure.abort(new CoordinatorError(`a lab to start others from ${why}`));
    const alarm = new Alarm(clock, () => fail('was not ready in time'));
    alarm.set(clock.now().watched + LIMIT_MS);
    teardown.add(() => alarm.set(null));
    const marker = { run, owner, role: 'helper' } as const;
    const over = AbortSignal.any([signal, failure.signal]);
    await body({ ...saving, place, marker, teardown, over, fail });
  } finally {
    await teardown.run(() => {});
  }
}

/** Boots a lab that has no functions, has it save a guest that its guests are restored from, and saves it. */
async function saveLab({ qemu, parts, folder, place, marker, teardown, over, fail }: Attempt): Promise<void> {
  const machine = await placeMachine(parts, join(place, 'saved'));
  let onExec = (): void => {};
  const ready = new Promise<void>((resolve) => {
    onExec = resolve;
  });
  const onLine = bootWatch(onExec, fail);
  const setting = { qemu, marker, consoleLog: join(folder, 'console.log'), onLine };
  const kernelArguments = [...QUICK_BOOT_ARGUMENTS, LAB_TEMPLATE];
  const args = bootingLab(machine, [], kernelArguments, await makeMemoryFile(folder));
  const vmm = await LabVmm.start(args, setting);
  teardown.add(() => vmm.stop());
  const toFile = async () => {
    await ready;
    await untilIdle(vmm.pid, over);
    const { migration } = await vmm.control(machine.qmpSocket);
    await migration.save(join(folder, STATE_FILE));
  };
  const gone = vmm.ended.then((how) => Promise.reject(new CoordinatorError(how)));
  await Promise.race([toFile(), gone, whenAborted(over)]);
}

/**
 * Restores a lab, which has to be alive on every processor: one that was at something when it was saved is not. A clock of its
 * kernel is not saved by QEMU, so that a timer that runs never ends; processors that are idle set theirs anew.
 */
async function proveLab({
  qemu,
  parts,
  folder,
  place,
  marker,
  teardown,
  over,
  fail,
}: Attempt): Promise<void> {
  const machine = await placeMachine(parts, join(place, 'restored'));
  const setting = { qemu, marker, consoleLog: join(folder, 'restored.log'), onLine: () => {} };
  const sockets = { port: machine.execSocket, socket: join(place, 'restored', 'exec') };
  const { vmm, port } = await restoreLab({
    ...{ machine, setting, signal: over, saved: await openSaved(folder, true) },
    functions: Promise.resolve([]),
    open: (restored) => {
      const isStill = () => fail('stood still when it was restored');
      untilIdle(restored.pid, over, STILL_LOOKS).then(isStill, () => {});
      return LabPort.open(restored, sockets, fail);
    },
    onPlugging: () => {},
  });
  teardown.add(() => vmm.stop());
  teardown.add(() => port.close());
  const alive = Array.from(
    { length: parts.cpus },
    (_, cpu) => `taskset ${(1 << cpu).toString(16)} sleep 0.3`,
  );
  await Promise.race([port.run('sh', '-c', alive.join(' && ')), whenAborted(over)]);
}

async function placeMachine(parts: LabParts, folder: string): Promise<LabMachine> {
  const places = labPlaces(folder);
  await mkdir(places.exchange, { recursive: true, mode: 0o700 });
  return { ...parts, ...places };
}

/** Hears from its console when it takes commands, or why it never will. */
function bootWatch(onExec: () => void, onFailure: (why: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    const boot = readBootLine(line);
    if (boot === null) last = line.trim() || last;
    else if ('failure' in boot) onFailure(`could not boot: ${boot.failure}${last && `: ${last}`}`);
    else if (boot.stage === 'exec') onExec();
  };
}
