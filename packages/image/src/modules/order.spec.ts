import { describe, expect, it } from 'vitest';
import { moduleName, orderModules } from './order.ts';

const GRAPH: Record<string, readonly string[] | null> = {
  '9p': ['9pnet', 'netfs'],
  '9pnet_virtio': ['9pnet', 'virtio'],
  '9pnet': [],
  netfs: [],
  virtio: null,
  a: ['b'],
  b: ['a'],
};
const dependsOn = async (name: string) => {
  const found = GRAPH[name];
  if (found === undefined) throw new Error(`no module ${name}`);
  return found;
};

describe('orderModules', () => {
  it('puts each module after those it needs, once, and leaves out built-in ones', async () => {
    expect(await orderModules(['9p', '9pnet-virtio'], dependsOn)).toEqual([
      '9pnet',
      'netfs',
      '9p',
      '9pnet_virtio',
    ]);
  });

  it('names the circle', async () => {
    await expect(orderModules(['a'], dependsOn)).rejects.toThrow('a → b → a');
  });
});

describe('moduleName', () => {
  it.each([
    ['kernel/drivers/iommu/virtio-iommu.ko.xz', 'virtio_iommu'],
    ['9p.ko', '9p'],
    ['nvme-core', 'nvme_core'],
  ])('reads %s as %s', (path, name) => expect(moduleName(path)).toBe(name));
});
