import { mkdirSync, readdirSync } from 'node:fs';
import { useFolder } from '@coordinator/base/testing';
import { ownIdentity } from '@coordinator/machine/process';
import { userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { describe, expect, it } from 'vitest';
import { LabFolder, type LabState } from './lab-folder.ts';

useFolder('XDG_RUNTIME_DIR');

const state = (pid = process.pid): LabState => ({
  version: 1,
  id: 'virtio',
  iommu: 'virtio',
  keeper: { ...ownIdentity(), pid },
  state: 'starting',
  detail: '',
  started: '',
  kernel: null,
  devices: [],
});

describe('the folder of a lab', () => {
  it('is there with who holds it, or not at all', () => {
    const folder = new LabFolder('virtio');
    expect(folder.create(state())).toBe(true);
    expect(folder.read()).toEqual(state());
    expect(new LabFolder('virtio').create(state(1))).toBe(false);
    expect(folder.read()?.keeper.pid).toBe(process.pid);
    expect(LabFolder.all().map(({ id }) => id)).toEqual(['virtio']);
  });

  it('is not removed by one who saw another there', () => {
    const folder = new LabFolder('virtio');
    folder.create(state());
    folder.remove(state(1));
    expect(folder.read()).toEqual(state());
    folder.remove(state());
    expect([folder.exists(), readdirSync(userRuntimeFolder())]).toEqual([false, []]);
  });

  it('that is damaged can be removed', () => {
    const folder = new LabFolder('virtio');
    mkdirSync(folder.path);
    folder.remove();
    expect(folder.exists()).toBe(false);
  });
});
