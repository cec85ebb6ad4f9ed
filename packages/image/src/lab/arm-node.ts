import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { unpackTree } from '../build/unpack.ts';
import { SetUpError } from '../errors.ts';
import { run } from '../run.ts';
import { ARM_LIBRARIES, ARM_NODE } from './recipe.ts';

export interface ArmNodeOptions {
  readonly pool: Pool;
  /** Of the set `arm-libraries`. */
  readonly packages: readonly PackageFile[];
  /** A folder to work in; the caller removes it. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/** Lays out `node` and, in `lib/`, the loader and the libraries it needs: with them it runs on any arm64 Linux. */
export async function makeArmNode(directory: string, options: ArmNodeOptions): Promise<readonly string[]> {
  const { pool, packages, scratch, signal } = options;
  const tree = join(scratch, 'tree');
  await Promise.all([fetchNode(scratch, signal), unpackTree(pool, packages, tree, { signal })]);
  await copyFile(join(scratch, 'package/bin/node'), join(directory, 'node'));
  await copyFile(join(scratch, 'package/LICENSE'), join(directory, 'LICENSE'));
  await mkdir(join(directory, 'lib'));
  for (const name of ARM_LIBRARIES) {
    await copyFile(join(tree, 'usr/lib/aarch64-linux-gnu', name), join(directory, 'lib', name));
  }
  return ['node', ...ARM_LIBRARIES.map((name) => `lib/${name}`)];
}

/** Gets the package with npm, as the user's configuration says (registry, proxy), and unpacks the program. */
async function fetchNode(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const name = `${ARM_NODE.package}@${ARM_NODE.version}`;
  const common = { code: 'download-failed', cwd: directory, signal } as const;
  const remedy = "Check the network and npm's configuration (npm ping), then run the same command again.";
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory, name], {
    ...common,
    purpose: `fetch ${name} with npm`,
    remedy,
  });
  const archive = (await readdir(directory)).find((file) => file.endsWith('.tgz'));
  if (!archive || (await sha512Of(join(directory, archive))) !== ARM_NODE.sha512) {
    throw new SetUpError('download-failed', `What npm fetched as ${name} is not what it is known to be.`, {
      remedy: 'Use another registry: this one alters packages.',
    });
  }
  await run('tar', ['-xzf', archive, '--no-same-owner', 'package/bin/node', 'package/LICENSE'], {
    ...common,
    purpose: `unpack ${archive}`,
    remedy,
  });
}

async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('base64');
}
