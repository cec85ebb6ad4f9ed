import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFile } from '../cache/hash.ts';

export interface KitOptions {
  /** Folder of the native artifact (see buildNative()). */
  readonly native: string;
  readonly release: string;
  /** The guest's entry point, a shell script. */
  readonly start: string;
  readonly agentBundle: string;
  /** The same compiled (see compileBytecode()). */
  readonly agentBytecode: Uint8Array;
}

/** Lays out the folder guests mount read-only: see `start` in it for what runs what. */
export async function layOutKit(directory: string, options: KitOptions): Promise<readonly string[]> {
  const { native, release } = options;
  const files: readonly (readonly [path: string, source: string | Uint8Array, mode: number])[] = [
    ['start', options.start, 0o755],
    ['agent.mjs', options.agentBundle, 0o644],
    ['agent.mjs.bc', options.agentBytecode, 0o644],
    ['qjs', join(native, 'qjs'), 0o755],
    ['smmute', join(native, 'smmute'), 0o755],
    ['blkdma', join(native, 'blkdma'), 0o755],
    ['vsock-bridge', join(native, 'vsock-bridge'), 0o755],
    [`modules/${release}/smmute.ko`, join(native, 'smmute.ko'), 0o644],
  ];
  const hashes: Record<string, string> = {};
  for (const [path, source, mode] of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await (typeof source === 'string' ? copyFile(source, target) : writeFile(target, source));
    await chmod(target, mode);
    hashes[path] = await hashFile(target);
  }
  const description = { version: 1, kernelRelease: release, sha256: hashes };
  await writeFile(join(directory, 'kit.json'), `${JSON.stringify(description, null, 2)}\n`);
  return [...files.map(([path]) => path), 'kit.json'];
}
