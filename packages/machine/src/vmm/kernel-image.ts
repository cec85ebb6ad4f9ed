import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { messageOf, usageError } from '@coordinator/base/errors';
import type { VmmKind } from './kind.ts';

/** Documentation/arch/arm64/booting.rst, "Call the kernel image": the header's magic number, "ARM\x64". */
const IMAGE_MAGIC = { offset: 0x38, bytes: Buffer.from('ARM\x64', 'latin1') };
/** The header of EFI's compressed form, drivers/firmware/efi/libstub/zboot-header.S: its type stands at byte 4. */
const ZBOOT_TYPE = { offset: 4, bytes: Buffer.from('zimg', 'latin1') };
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** Enough to unpack an Image's header from. */
const HEAD_BYTES = 64 * 1024;

/**
 * Looks whether a file is a kernel that the VMM can start, before minutes are waited for one that is not. A guest whose
 * VMM does not unpack what is compressed hangs.
 * @throws CoordinatorError (usage)
 */
export function checkKernelImage(file: string, { lacks }: VmmKind): void {
  const head = readHead(file);
  if (has(head, IMAGE_MAGIC)) return;
  const compressed = isCompressedImage(head);
  if (!compressed)
    throw usageError(
      `${file} is no arm64 kernel: it has not the header of an Image`,
      'give the Image that the kernel tree has in arch/arm64/boot',
    );
  if (lacks['compressed-kernel'] !== undefined)
    throw usageError(
      `${file}: ${lacks['compressed-kernel']}`,
      head.subarray(0, 2).equals(GZIP_MAGIC)
        ? `unpack it: gunzip -c ${file} > Image`
        : 'give the Image that it was made from, or use QEMU',
    );
}

function isCompressedImage(head: Buffer): boolean {
  if (has(head, ZBOOT_TYPE)) return true;
  if (!head.subarray(0, 2).equals(GZIP_MAGIC)) return false;
  try {
    // The file goes on where this ends.
    return has(gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }), IMAGE_MAGIC);
  } catch {
    return false;
  }
}

function has(content: Buffer, { offset, bytes }: { offset: number; bytes: Buffer }): boolean {
  return content.subarray(offset, offset + bytes.length).equals(bytes);
}

function readHead(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(file, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw usageError(`the kernel ${file} cannot be read: ${messageOf(error)}`, 'name another with --kernel');
  }
}
