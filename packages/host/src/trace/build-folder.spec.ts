import { expect, it } from 'vitest';
import { withoutBuildFolder } from './build-folder.ts';

const cut = (...places: readonly string[]) => [
  ...withoutBuildFolder(new Map(places.map((place, index) => [`f${index}`, place]))).values(),
];

it('places are told without the folder that the kernel was built in', () => {
  const built = 'debian/build/build_arm64_none_arm64';
  expect(cut(`${built}/drivers/tty/sysrq.c:154`, `${built}/fs/proc/inode.c:330`)).toEqual([
    'drivers/tty/sysrq.c:154',
    'fs/proc/inode.c:330',
  ]);
  expect(cut(`${built}/arch/arm64/kernel/entry.S:598`)).toEqual(['arch/arm64/kernel/entry.S:598']);
  expect(cut('/home/me/linux/mm/slub.c:1', '/home/me/linux/mm/slab.h:2')).toEqual([
    'mm/slub.c:1',
    'mm/slab.h:2',
  ]);
});

it('places stay as they are where that folder cannot be told', () => {
  for (const places of [
    ['kernel/panic.c:3', 'drivers/tty/sysrq.c:4'],
    ['/a/drivers/x.c:1', '/b/drivers/y.c:2'],
    ['/build/vendor/x.c:1'],
    ['x.c:1'],
    [],
  ])
    expect(cut(...places)).toEqual(places);
});
