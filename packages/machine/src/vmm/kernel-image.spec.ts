import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { VmmName } from '@coordinator/shared/vmm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkKernelImage } from './kernel-image.ts';
import { vmms } from './kinds.ts';

const image = Buffer.alloc(1_000_000);
randomBytes(image.length).copy(image);
image.write('MZ', 0, 'latin1');
image.write('ARM\x64', 0x38, 'latin1');
const zboot = Buffer.alloc(4096);
zboot.write('MZ\0\0zimg', 0, 'latin1');
const elf = Buffer.from('\x7fELF\x02\x01\x01 and more', 'latin1');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(content: Buffer | string, vmm: VmmName): string | null {
  const file = join(folder, 'Image');
  writeFileSync(file, content);
  try {
    checkKernelImage(file, vmms[vmm]);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2, remedy: expect.any(String) });
    return (error as Error).message.replace(file, 'FILE');
  }
}

describe('checkKernelImage', () => {
  it.each([
    ['an Image', image, null, null],
    ['one that gzip packed', gzipSync(image), null, /kvmtool does not unpack a compressed kernel/],
    ["EFI's zboot", zboot, null, /compressed kernel/],
    [
      'a list of users',
      'root:x:0:0:root:/root:/bin/bash\n',
      /^FILE is no arm64 kernel/,
      /is no arm64 kernel/,
    ],
    ['nothing', '', /is no arm64 kernel/, /is no arm64 kernel/],
    ['gzip of something else', gzipSync('hello'), /is no arm64 kernel/, /is no arm64 kernel/],
    ['half a gzip header', Buffer.from([0x1f, 0x8b, 8]), /is no arm64 kernel/, /is no arm64 kernel/],
    ['vmlinux', elf, /is no arm64 kernel/, /is no arm64 kernel/],
  ])('judges %s', (_, content, forQemu, forLkvm) => {
    for (const [vmm, wanted] of [['qemu', forQemu] as const, ['lkvm', forLkvm] as const]) {
      if (wanted === null) expect(check(content, vmm)).toBeNull();
      else expect(check(content, vmm)).toMatch(wanted);
    }
  });

  it('says what cannot be read', () => {
    expect(() => checkKernelImage('/nowhere/Image', vmms.qemu)).toThrow(
      /^the kernel \/nowhere\/Image cannot be read: ENOENT/,
    );
    expect(() => checkKernelImage(folder, vmms.qemu)).toThrow(/cannot be read: EISDIR/);
  });
});
