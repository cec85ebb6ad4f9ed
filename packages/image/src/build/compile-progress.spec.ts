import { expect, it } from 'vitest';
import { CompileProgress } from './compile-progress.ts';

it('tells what is compiled, how much and for how long, no more often than somebody reads', () => {
  const told: string[] = [];
  let now = 1000;
  const progress = new CompileProgress(
    (detail) => told.push(detail),
    () => now,
  );
  progress.see("make: Entering directory '/build/linux'");
  progress.see('  HOSTCC  scripts/basic/fixdep');
  expect(told).toEqual([]);
  progress.see('  CC      init/main.o');
  progress.see('  CC      init/version.o');
  now += 61_000;
  progress.see('  CC [M]  drivers/virtio/virtio_pci_common.o');
  now += 1000;
  progress.see('  LD [M]  net/9p/9pnet.ko');
  now += 1000;
  progress.see('  AR      drivers/net/ethernet/intel/built-in.a');
  now += 1000;
  progress.see('  LD      vmlinux.o');
  expect(told).toEqual([
    '1 files compiled, now init, 0 ms',
    '3 files compiled, now drivers/virtio, 1 m 01 s',
    '4 files compiled, now net/9p, 1 m 02 s',
    '5 files compiled, now drivers/net/ethernet, 1 m 03 s',
    '6 files compiled, now ., 1 m 04 s',
  ]);
});
