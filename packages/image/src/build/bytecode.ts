import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from '@coordinator/shared/frame';
import type { Hashable } from '../cache/hash.ts';
import { SetUpError } from '../errors.ts';
import { Chroot, ENVIRONMENT } from './chroot.ts';

/** First bytes of a file of bytecode; packages/guest/native/qjs/bytecode.c reads it. */
const MAGIC = 'QJS-BC01';
const HEADER = { length: 8, crc: 12, size: 16 } as const;

const OPTIONS = ['-c', '-m'];

/** For recipes: what decides, beside the SDK and the module, what compileBytecode() gives. */
export const BYTECODE: Hashable = [MAGIC, HEADER, OPTIONS, ENVIRONMENT];

/**
 * Compiles an ES module with the SDK's QuickJS, which is of the same version as the guest's.
 *
 * @returns a file for the guest's qjs: what it was compiled from, then the bytecode.
 * @throws SetUpError 'build-failed'
 */
export async function compileBytecode(
  sdk: string,
  module: string,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const chroot = await Chroot.open(sdk, signal);
  const listing = await chroot.withWorkFolder(async (outside, inside) => {
    await copyFile(module, join(outside, 'module.mjs'));
    const options = [...OPTIONS, '-o', `${inside}/module.c`];
    await chroot.run(['/usr/bin/qjsc', ...options, `${inside}/module.mjs`], 'compile the agent');
    return readFile(join(outside, 'module.c'), 'latin1');
  });
  const source = await readFile(module);
  return withHeader(bytesOfArray(listing), source);
}

/**
 * The bytes of the one array in a C source by `qjsc -c`.
 * @throws SetUpError 'build-failed' when they are not as many as it says.
 */
export function bytesOfArray(listing: string): Buffer {
  const { size, body } = /uint8_t \w+\[(?<size>\d+)\] = \{(?<body>[^}]*)\}/.exec(listing)?.groups ?? {};
  const bytes = Buffer.from(
    [...(body ?? '').matchAll(/0x([0-9a-f]{2})\b/g)].map(([, hex = '']) => Number.parseInt(hex, 16)),
  );
  if (bytes.length > 0 && bytes.length === Number(size)) return bytes;
  throw new SetUpError('build-failed', 'qjsc wrote something else than one array of bytes.', {
    remedy: 'Report this: the recipe does not fit this version of QuickJS.',
  });
}

/** Puts what the bytecode was compiled from before it. All numbers are little-endian, 4 bytes. */
export function withHeader(bytecode: Uint8Array, source: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER.size);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(source.length, HEADER.length);
  header.writeUInt32LE(crc32(source), HEADER.crc);
  return Buffer.concat([header, bytecode]);
}
