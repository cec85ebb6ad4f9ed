import { expect, it } from 'vitest';
import { MODULE_LISTS } from '../kernel/needs.ts';
import { UNUSED_MODULES } from './kernel.ts';

/** Where Debian's kernels have the modules of guests and of the lab's host, and some that neither needs. */
const needed = [
  ...['drivers/virtio/virtio_pci.ko', 'drivers/char/virtio_console.ko', 'drivers/iommu/virtio-iommu.ko'],
  ...['drivers/block/virtio_blk.ko', 'drivers/vfio/pci/vfio-pci.ko', 'drivers/vfio/vfio_iommu_type1.ko'],
  ...['drivers/nvme/host/nvme.ko', 'drivers/vhost/vhost_vsock.ko', 'fs/9p/9p.ko', 'fs/netfs/netfs.ko'],
  ...['fs/squashfs/squashfs.ko', 'net/9p/9pnet_virtio.ko'],
  'net/vmw_vsock/vmw_vsock_virtio_transport.ko',
];
const unused = [
  'drivers/char/hw_random/virtio-rng.ko',
  'drivers/gpu/drm/drm.ko',
  'drivers/clk/clk-si5341.ko',
];

/** As tar reads a pattern: a `*` takes slashes too. */
const patterns = UNUSED_MODULES.map(
  (glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('[!', '[^')}`),
);
const isLeftOut = (path: string) =>
  ['./lib', './usr/lib'].map((folder) =>
    patterns.some((pattern) => pattern.test(`${folder}/modules/6.1.0-56-arm64/kernel/${path}`)),
  );

it.each(needed)('%s is taken out of a package', (path) => {
  expect(isLeftOut(path)).toEqual([false, false]);
});

it.each(unused)('%s is not', (path) => {
  expect(isLeftOut(path)).toEqual([true, true]);
});

it('all that the lists of guests name is among them', () => {
  const names = needed.map((path) => path.replace(/^.*\/|\.ko$/g, ''));
  const wanted = Object.values(MODULE_LISTS).flatMap((list) => list.flatMap(({ module }) => module ?? []));
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
});
