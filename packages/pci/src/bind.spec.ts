import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { beforeEach, describe, expect, it } from 'vitest';
import { bindAll, planBinding } from './bind.ts';
import { giveBack } from './binding.ts';
import { BindingJournal } from './journal.ts';
import { NVME, ROOT_PORT, useSampleSysfs, VMD } from './testing/sample-sysfs.ts';

const FIRST = '0000:07:00.0';
const SECOND = '0000:07:00.3';
const BRIDGE = '0000:00:01.0';

const sample = useSampleSysfs();
let journal: BindingJournal;
beforeEach(() => {
  journal = new BindingJournal(join(sample.root, 'journal'));
  sample.addFunction(BRIDGE, { ...ROOT_PORT, group: '6' });
  sample.addFunction(FIRST, { group: '6', driver: 'smmute-pci', below: BRIDGE });
  sample.addFunction(SECOND, { group: '6', driver: 'smmute-pci', below: BRIDGE });
  sample.put('sys/bus/pci/drivers/vfio-pci/new_id', '');
});

const plan = (named: readonly string[], wholeGroups = true) =>
  planBinding(sample.pci(), journal, named, { wholeGroups, proc: sample.proc });

describe('planBinding', () => {
  it('takes the group along, but for bridges', () => {
    expect(plan([SECOND])).toEqual({
      steps: [
        { bdf: FIRST, driver: 'smmute-pci', action: 'bind' },
        { bdf: SECOND, driver: 'smmute-pci', action: 'bind' },
      ],
      remarks: [`${BRIDGE} (pcieport) is a bridge`],
      obstacles: [],
    });
    expect(plan([SECOND], false).obstacles).toEqual([
      expect.stringMatching(/not viable: 0000:07:00.0 \(smmute-pci\)/),
    ]);
  });

  it('names everything that stands against it, before anything is changed', async () => {
    sample.addFunction('0000:07:01.0', { group: '6', driver: 'igb' });
    sample.addInterface('0000:07:01.0', 'eth0');
    sample.put('proc/net/route', 'Iface\neth0 00000000 0101A8C0 0003 0 0 0 00000000 0 0 0\n');
    sample.addPlatformDevice('fe95.crypto', { group: '6', driver: 'crypto' });
    const refused = plan([FIRST]);
    expect(refused.obstacles).toEqual([
      expect.stringMatching(/^IOMMU group 6 of 0000:07:00.0 is not viable: fe95.crypto \(crypto\) would/),
      expect.stringMatching(/^IOMMU group 6 of 0000:07:00.3 is not viable/),
      '0000:07:01.0 is in use: eth0 carries the default route',
    ]);
    await expect(bindAll(sample.pci(), journal, refused, () => {})).rejects.toMatchObject({
      exitCode: 4,
      message: refused.obstacles.join('; '),
      remedy: expect.stringMatching(/nothing was changed/),
    });
    expect(journal.all()).toEqual([]);
    expect(readFileSync(join(sample.root, `sys/bus/pci/devices/${FIRST}/driver_override`), 'utf8')).toBe(
      '(null)\n',
    );
  });

  it('knows no function that is not there, and leaves alone what others have', () => {
    journal.add({
      bdf: FIRST,
      driver: 'smmute-pci',
      driver_override: null,
      owner: ownIdentity(),
      run: 'r1',
    });
    expect(plan([FIRST, '0000:99:00.0'], false).obstacles).toEqual([
      expect.stringMatching(/^0000:07:00.0 is taken by run r1 \(pid \d+\)$/),
      'there is no PCI function 0000:99:00.0',
    ]);
  });

  it('takes no disk from behind a VMD endpoint that would go with it', () => {
    sample.addFunction('0000:00:0e.0', { ...VMD, group: '7' });
    sample.addFunction('10000:e1:00.0', { ...NVME, group: '7', below: '0000:00:0e.0' });
    expect(plan(['10000:e1:00.0']).obstacles).toEqual([
      '10000:e1:00.0 lies behind 0000:00:0e.0 and goes away when that is handed over',
    ]);
    expect(plan(['0000:00:0e.0'])).toMatchObject({
      steps: [{ bdf: '0000:00:0e.0' }],
      remarks: ['10000:e1:00.0 (nvme) goes away with 0000:00:0e.0'],
      obstacles: [],
    });
    sample.addDisk('10000:e1:00.0', 'nvme/nvme0', 'nvme0n1');
    sample.put('proc/self/mountinfo', '26 1 259:0 / / rw - ext4 /dev/root rw\n');
    for (const named of ['10000:e1:00.0', '0000:00:0e.0'])
      expect(plan([named]).obstacles).toContain('0000:00:0e.0 is in use: nvme0n1 is mounted on /');
  });
});

describe('bindAll', () => {
  it('gives back what it took when a later one is refused', async () => {
    for (const bdf of [FIRST, SECOND])
      rmSync(join(sample.root, `sys/devices/pci0000:00/${BRIDGE}/${bdf}/driver`));
    sample.link(`sys/devices/pci0000:00/${BRIDGE}/${FIRST}/driver`, 'sys/bus/pci/drivers/vfio-pci');
    const bound: string[] = [];
    const outcome = bindAll(sample.pci(), journal, plan([FIRST]), (bdf) => bound.push(bdf));
    await expect(outcome).rejects.toThrow(
      `${SECOND} cannot be bound to vfio-pci: it is bound to no driver; ${FIRST} given back`,
    );
    expect(bound).toEqual([FIRST]);
    expect(journal.all()).toEqual([]);
  });

  it('leaves alone what it bound before', async () => {
    const folder = `sys/devices/pci0000:00/${BRIDGE}/${FIRST}`;
    rmSync(join(sample.root, folder, 'driver'));
    sample.link(`${folder}/driver`, 'sys/bus/pci/drivers/vfio-pci');
    journal.add({ bdf: FIRST, driver: 'smmute-pci', driver_override: null, owner: null, run: null });
    expect(plan([FIRST]).steps[0]).toEqual({ bdf: FIRST, driver: 'vfio-pci', action: 'keep' });
  });
});

/** A FIFO that nobody reads does not let a writer open it: as the kernel's unbind, while somebody has the function. */
function blockUnbind(driver: string): void {
  const file = join(sample.root, `sys/bus/pci/drivers/${driver}/unbind`);
  execFileSync('mkfifo', [file]);
}

describe('an unbind that does not end', () => {
  it('is explained, and its record stays', async () => {
    blockUnbind('smmute-pci');
    const outcome = bindAll(sample.pci(100), journal, plan([FIRST]), () => {});
    await expect(outcome).rejects.toMatchObject({
      message: `${FIRST} is being taken from smmute-pci, and that does not end: smmute-pci does not let go of it`,
      remedy: expect.stringMatching(new RegExp(`coordinator restore ${FIRST}`)),
    });
    expect(journal.all()).toMatchObject([{ bdf: FIRST, driver: 'smmute-pci' }]);
  });

  it('ends when a function is given back, too', async () => {
    const folder = `sys/devices/pci0000:00/${BRIDGE}/${FIRST}`;
    rmSync(join(sample.root, folder, 'driver'));
    sample.link(`${folder}/driver`, 'sys/bus/pci/drivers/vfio-pci');
    blockUnbind('vfio-pci');
    const record = { bdf: FIRST, driver: 'smmute-pci', driver_override: null, owner: null, run: null };
    journal.add(record);
    await expect(giveBack(sample.pci(100), journal, record)).rejects.toThrow(
      /is being taken from vfio-pci, and that does not end/,
    );
    expect(journal.get(FIRST)).toEqual(record);
    expect(existsSync(join(sample.root, folder, 'driver'))).toBe(true);
  });
});
