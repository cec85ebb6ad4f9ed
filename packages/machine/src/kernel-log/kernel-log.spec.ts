import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KernelFinding } from './fault.ts';
import { KernelLog } from './kernel-log.ts';
import type { KmsgRead } from './kmsg.ts';
import { parseKernelRecord } from './record.ts';
import { requesterId } from './requester.ts';

const ENGINE = '0000:07:00.3';
const OTHER = '0000:08:00.1';

let pending: KmsgRead[];
let others: KernelFinding[];
let lost: number;
let closed: boolean;
let log: KernelLog;
beforeEach(() => {
  vi.useFakeTimers();
  pending = [];
  others = [];
  lost = 0;
  closed = false;
  log = new KernelLog(
    {
      onOther: (finding) => others.push(finding),
      onLost: () => {
        lost += 1;
      },
    },
    {
      read: () => pending.shift() ?? null,
      close: () => {
        closed = true;
      },
    },
  );
});
afterEach(() => {
  log.close();
  vi.useRealTimers();
});

let sequence = 0;
/** The kernel says something. */
function say(text: string, { level = 3, device = '' } = {}): void {
  sequence += 1;
  pending.push(
    `${level},${sequence},${sequence * 100},-;${text}\n${device && ` SUBSYSTEM=x\n DEVICE=${device}\n`}`,
  );
}

function watched(bdf: string): KernelFinding[] {
  const findings: KernelFinding[] = [];
  log.watch(bdf, (finding) => findings.push(finding));
  return findings;
}

describe('parseKernelRecord', () => {
  it('reads what /dev/kmsg gives', () => {
    expect(
      parseKernelRecord(
        '30,339,5140900,c,caller=T1;caf\\xc3\\xa9 \\x5c\\x09end\n SUBSYSTEM=pci\n DEVICE=+pci:0000:07:00.0\n',
      ),
    ).toEqual({
      level: 6,
      sequence: 339,
      timeUs: 5_140_900,
      text: 'café \\\tend',
      device: 'pci:0000:07:00.0',
    });
    expect(parseKernelRecord('4,1,0,-;x; y\n')).toMatchObject({ text: 'x; y', device: null });
    expect(parseKernelRecord('4,1,0,-;x\n DEVICE=b8:0\n')).toMatchObject({ device: null });
  });

  it.each(['', 'hello', '4,1;x', 'a,b,c,-;x'])('knows that %j is no record', (raw) =>
    expect(parseKernelRecord(raw)).toBeNull(),
  );
});

it('knows functions by the number that they have on their bus', () => {
  expect(['0000:00:00.0', '0000:07:00.3', '0000:08:1f.7'].map(requesterId)).toEqual([0, 0x703, 0x8ff]);
});

describe('KernelLog', () => {
  it.each([
    [
      'an SMMUv3 since 6.13',
      [
        'arm-smmu-v3 9050000.smmuv3: event: F_TRANSLATION client: 0000:07:00.3 sid: 0x703 ssid: 0x0 iova: 0xdead000 ipa: 0x0',
      ],
      { kind: 'smmu-event', bdf: ENGINE, stream: 0x703, address: 0xdead000n },
    ],
    [
      'an SMMUv3 before that',
      [
        'arm-smmu-v3 9050000.smmuv3: event 0x10 received:',
        'arm-smmu-v3 9050000.smmuv3: \\x090x0000070300000010',
        'arm-smmu-v3 9050000.smmuv3: \\x090x0000020000000000',
        'arm-smmu-v3 9050000.smmuv3: \\x090x000000000dead000',
        'arm-smmu-v3 9050000.smmuv3: \\x090x0000000000000000',
      ],
      { kind: 'smmu-event', bdf: null, stream: 0x703, address: 0xdead000n },
    ],
    [
      'an SMMUv2',
      [
        'arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x0dead000, fsynr=0x1, cbfrsynra=0x703, cb=0',
      ],
      { kind: 'iommu-fault', bdf: null, stream: 0x703, address: 0xdead000n },
    ],
    [
      'a virtio IOMMU',
      ['virtio_iommu virtio1: page fault from EP 1795 at 0xdead000 [R  ]'],
      { kind: 'iommu-fault', bdf: null, stream: 1795, address: 0xdead000n },
    ],
    [
      'a virtio IOMMU of QEMU, which does not tell what was to be done,',
      ['virtio_iommu virtio0: page fault from EP 1795 at 0x43b9001c []'],
      { kind: 'iommu-fault', bdf: null, stream: 1795, address: 0x43b9001cn },
    ],
    [
      'a root port',
      ['pcieport 0000:00:02.6: AER: Uncorrectable (Fatal) error message received from 0000:07:00.3'],
      { kind: 'pcie-error', bdf: ENGINE, stream: null, address: null },
    ],
    [
      'vfio-pci',
      ['vfio-pci 0000:07:00.3: vfio_bar_restore: reset recovery - restoring BARs'],
      { kind: 'vfio', bdf: ENGINE },
    ],
  ])('hands what %s says to who watches the function', (_, lines, finding) => {
    const mine = watched(ENGINE);
    const theirs = watched(OTHER);
    for (const line of lines) say(line);
    log.poll();
    expect(mine).toEqual([expect.objectContaining(finding)]);
    expect([theirs, others]).toEqual([[], []]);
  });

  it('reads by itself, and an event that is written while it reads', () => {
    const mine = watched(ENGINE);
    say('arm-smmu-v3 9050000.smmuv3: event 0x10 received:');
    say('arm-smmu-v3 9050000.smmuv3: \\x090x0000070300000010');
    vi.advanceTimersByTime(100);
    say('arm-smmu-v3 9050000.smmuv3: \\x090x0000020000000000');
    say('arm-smmu-v3 9050000.smmuv3: \\x090x000000000dead000');
    say('arm-smmu-v3 9050000.smmuv3: \\x090x0000000000000000');
    vi.advanceTimersByTime(100);
    expect(mine).toMatchObject([{ stream: 0x703, address: 0xdead000n }]);
  });

  it('tells of an event whose end never comes, and of the next one', () => {
    const mine = watched(ENGINE);
    say('arm-smmu-v3 9050000.smmuv3: event 0x10 received:');
    say('arm-smmu-v3 9050000.smmuv3: \\x090x0000070300000010');
    say('arm-smmu-v3 9060000.smmuv3: event 0x10 received:');
    log.poll();
    log.poll();
    expect(mine).toMatchObject([{ stream: 0x703, address: null }]);
    expect(others).toMatchObject([{ kind: 'smmu-event', stream: null }]);
  });

  it('gives to nobody what was said before he watched, or after', () => {
    say('virtio_iommu virtio1: page fault from EP 1795 at 0x1000 [R  ]');
    const findings: KernelFinding[] = [];
    const watch = log.watch(ENGINE, (finding) => findings.push(finding));
    expect([findings.length, others.length]).toEqual([0, 1]);
    say('virtio_iommu virtio1: page fault from EP 1795 at 0x2000 [R  ]');
    watch.end();
    expect(findings).toMatchObject([{ address: 0x2000n }]);
    say('virtio_iommu virtio1: page fault from EP 1795 at 0x3000 [R  ]');
    log.poll();
    expect([findings.length, others.length]).toEqual([1, 2]);
  });

  it('finds nothing in what is no complaint, and keeps what names no function apart', () => {
    const mine = watched(ENGINE);
    say('vfio-pci 0000:07:00.3: enabling device (0000 -> 0002)', { level: 6 });
    say('arm-smmu-v3 9050000.smmuv3: allocated 32768 entries for evtq', { level: 6 });
    say('Internal error: synchronous external abort: 0000000096000010 [#1] PREEMPT SMP');
    log.poll();
    expect(mine).toEqual([]);
    expect(others).toMatchObject([{ kind: 'oops', bdf: null, stream: null }]);
  });

  it('knows a function by the device that the kernel names', () => {
    const mine = watched(ENGINE);
    say('WARNING: something about it', { device: '+pci:0000:07:00.3' });
    log.poll();
    expect(mine).toMatchObject([{ kind: 'warning', bdf: ENGINE }]);
  });

  it('says when messages were lost, and goes on', () => {
    const mine = watched(ENGINE);
    pending.push('lost');
    say('virtio_iommu virtio1: page fault from EP 1795 at 0x2000 [R  ]');
    log.poll();
    expect([lost, mine.length]).toEqual([1, 1]);
  });

  it.each([
    ['arm-smmu-v3', 9, false, true],
    ['arm-smmu', 0, false, true],
    ['virtio_iommu', 9, false, true],
    ['virtio_iommu', 10, false, false],
    ['virtio_iommu', 0, true, false],
    ['dmar0', 0, false, false],
    [null, 0, false, false],
  ])(
    'knows whether it was told all: by %s, with %i faults, lost %j: %j',
    (iommu, faults, isLost, expected) => {
      say('virtio_iommu virtio1: page fault from EP 1795 at 0x1000 [R  ]');
      const watch = log.watch(ENGINE, () => {}, iommu);
      // Whomever they are of: the kernel holds back all from one place in it.
      for (let count = 0; count < faults; count++)
        say('virtio_iommu virtio1: page fault from EP 2049 at 0x1000 [R  ]');
      if (isLost) pending.push('lost');
      watch.look();
      expect(watch.isComplete).toBe(expected);
    },
  );

  it('closes what it read from', () => {
    log.close();
    expect(closed).toBe(true);
  });
});
