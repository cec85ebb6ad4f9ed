import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleModule } from '../testing/sample-module.ts';
import { ModuleTree } from './module-tree.ts';
import { orderModules } from './order.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'module-tree-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lay(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const options = { xz: () => Promise.reject(new Error('no xz is needed')) };

/** A frame of one raw block, as RFC 8878 has it: magic, a header with one byte of size, and the block's three bytes. */
function zstd(content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from('28b52ffda0', 'hex'), size, block, content]);
}

it('reads what is installed, however it is packed', async () => {
  lay('kernel/fs/9p/9p.ko.zst', zstd(sampleModule('.modinfo', 'depends=9pnet,netfs\0')));
  lay('kernel/net/9p/9pnet.ko.gz', gzipSync(sampleModule('.modinfo', 'depends=\0')));
  lay('kernel/fs/netfs/netfs.ko', sampleModule('.modinfo', 'depends=\0'));
  lay('modules.builtin', 'kernel/drivers/virtio/virtio.ko\n');
  const tree = await ModuleTree.open(folder, options);
  expect(await orderModules(['9p', 'virtio'], (name) => tree.dependsOn(name))).toEqual([
    '9pnet',
    'netfs',
    '9p',
  ]);
  expect(await tree.content('9p')).toEqual(sampleModule('.modinfo', 'depends=9pnet,netfs\0'));
});

it.each(['drivers/virtio/virtio_pci.o', 'kernel/drivers/virtio/virtio_pci.ko'])(
  'reads what lies where it was built, and modules.order names as %s',
  async (named) => {
    lay('modules.order', `drivers/virtio/virtio_ring.o\n${named}\n`);
    lay('drivers/virtio/virtio_pci.ko', sampleModule('.modinfo', 'depends=virtio-ring\0'));
    lay('drivers/virtio/virtio_ring.ko', sampleModule('.modinfo', 'depends=\0'));
    const tree = await ModuleTree.openBuilt(folder, options);
    expect(await orderModules(['virtio_pci'], (name) => tree.dependsOn(name))).toEqual([
      'virtio_ring',
      'virtio_pci',
    ]);
  },
);

it('knows what a kernel has, as a module or built in', async () => {
  lay('kernel/net/igb.ko', sampleModule('.modinfo', 'depends=\0'));
  lay('modules.builtin', 'kernel/drivers/virtio/virtio-ring.ko\n');
  const tree = await ModuleTree.open(folder, options);
  expect(['igb', 'virtio_ring', 'e1000e', ''].map((name) => tree.has(name))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('names a module that is not there, built or not', async () => {
  lay('modules.order', 'fs/9p/9p.o\n');
  const tree = await ModuleTree.openBuilt(folder, options);
  for (const name of ['9p', 'other'])
    await expect(tree.content(name)).rejects.toMatchObject({
      code: 'kernel-unusable',
      message: `The guest's kernel has no module ${name}, which its configuration names.`,
    });
});
