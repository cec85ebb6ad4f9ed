import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';
import { matchConsoleLine } from './patterns.ts';

describe('matchConsoleLine', () => {
  it.each([
    ['panic', '[    1.234567] Kernel panic - not syncing: sysrq triggered crash'],
    ['oops', '[    1.0] Internal error: Oops: 0000000096000004 [#1] SMP'],
    ['oops', '[    9.000001] Internal error: Oops - BUG: 00000000f2000800 [#1] SMP'],
    ['oops', '[   42.144892] Internal error: synchronous external abort: 0000000096000010 [#1] PREEMPT SMP'],
    ['oops', '[   16.492586] Internal error: synchronous external abort: 96000610 [#1] SMP'],
    ['oops', '[    3.1] Internal error: SP/PC alignment exception: 000000008a000000 [#1] SMP'],
    [
      'oops',
      '[    6.7] Unable to handle kernel execute from non-executable memory at virtual address ffffbd2f',
    ],
    ['oops', '[    6.7] Bad mode in Error handler detected on CPU2, code 0xbf000002 -- SError'],
    [
      'unhandled-fault',
      '[  233.0] Unhandled fault: synchronous external abort (0x96000210) at 0xffffff80096c61b0',
    ],
    ['serror', '[    7.000000] SError Interrupt on CPU2, code 0x00000000bf000002 -- SError'],
    ['panic', '[    7.000001] Kernel panic - not syncing: Asynchronous SError Interrupt'],
    ['rcu-stall', '[   60.1] rcu: INFO: rcu_preempt self-detected stall on CPU'],
    [
      'rcu-stall',
      '[   60.1] rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... } 21 jiffies',
    ],
    ['rcu-stall', '[   60.100000] INFO: rcu_sched self-detected stall on CPU'],
    ['rcu-stall', '[   60.100000] INFO: rcu_preempt detected stalls on CPUs/tasks:'],
    ['rcu-stall', '[   60.1] rcu: rcu_preempt kthread starved for 5250 jiffies! g1 f0x0 RCU_GP_WAIT_FQS(5)'],
    ['soft-lockup', '[   60.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!'],
    ['soft-lockup', '[   60.1] BUG: soft lockup - CPU#0 stuck for 22s! [sh:1]'],
    ['hard-lockup', '[   60.1] NMI watchdog: Watchdog detected hard LOCKUP on cpu 1'],
    ['hung-task', '[  120.1] INFO: task sh:1 blocked for more than 120 seconds.'],
    ['kasan', '[    2.0] BUG: KASAN: slab-out-of-bounds in f+0x1/0x2'],
    ['smmu-event', '[    3.0] arm-smmu-v3 9050000.smmuv3: event 0x10 received:'],
    [
      'smmu-event',
      '[    3.0] arm-smmu-v3 9050000.smmuv3: event: F_TRANSLATION client: 0000:07:00.0 sid: 0x700',
    ],
    ['smmu-event', '[    3.0] arm-smmu-v3 9050000.smmuv3: EVTQ overflow detected -- events lost'],
    [
      'smmu-error',
      '[    3.0] arm-smmu-v3 9050000.smmuv3: CMD_SYNC timeout at 0x00000123 [hwprod 0x1, hwcons 0x0]',
    ],
    [
      'iommu-fault',
      '[   21.0] arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x0bad0000, fsynr=0x1, cb=0',
    ],
    ['iommu-fault', '[   21.0] arm-smmu 5000000.iommu: Unexpected global fault, this could be serious'],
    ['iommu-fault', '[   21.0] virtio_iommu virtio1: page fault from EP 1792 at 0xbad0000 [R  ]'],
    ['hardware-error', '[   75.531858] {1}[Hardware Error]: event severity: recoverable'],
    ['hardware-error', '[   75.5] EDAC MC0: 1 UE multi-bit on unknown memory (node:0)'],
    [
      'pcie-error',
      '[   75.5] pcieport 0000:00:01.0: PCIe Bus Error: severity=Uncorrectable (Non-Fatal), type=TLP',
    ],
    [
      'pcie-error',
      '[   75.5] pcieport 0000:00:01.0: AER: Uncorrectable (Fatal) error message received from 0000:07:00.0',
    ],
    ['interrupt-error', '[   75.5] irq 27: nobody cared (try booting with the "irqpoll" option)'],
    ['out-of-memory', '[   75.5] Out of memory: Kill process 31 (qjs) score 900 or sacrifice child'],
    ['warning', '[    2.0] WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x0/0x4'],
    ['warning', '[    0.077274] WARNING: suspicious RCU usage'],
    ['warning', '[  161.274020][    C1] WARNING: inconsistent lock state'],
    [
      'warning',
      '[    1.1] WARNING: kernel/smp.c:912 at smp_call_function_many_cond+0x3c4/0x3c8, CPU#0: init/1',
    ],
    ['warning', '[    1.1] [ INFO: possible recursive locking detected ]'],
  ])('knows %s: %s', (kind, line) => expect(matchConsoleLine(line)).toEqual({ kind, line }));

  it.each([
    '[    0.000000] Booting Linux on physical CPU 0x0000000000',
    '[    0.200000] NMI watchdog: Perf NMI watchdog permanently disabled',
    '[    0.000000] arm-smmu-v3 9050000.smmuv3: allocated 32768 entries for evtq',
    '[    1.000000] arm-smmu-v3 arm-smmu-v3.0.auto: msi_domain absent - falling back to wired irqs',
    '[    1.000000] arm-smmu 5000000.iommu: probing hardware configuration...',
    '[    1.000000] pcieport 0000:00:01.0: AER: enabled with IRQ 27',
    '[    1.000000] EDAC MC: Ver: 3.0.0',
    '[    1.000000] HEST: Table parsing has been initialized.',
    '[    1.000000] rcu: Preemptible hierarchical RCU implementation.',
    '[    1.000000] DEBUG: nothing',
  ])('finds nothing in %s', (line) => expect(matchConsoleLine(line)).toBeNull());
});

describe('LineSplitter', () => {
  it('joins pieces, ends lines at CR LF, and keeps characters whole', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('één\r\ntwo\nthree');
    const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.of(byte)));
    expect([...lines, ...splitter.end()]).toEqual(['één', 'two', 'three']);
  });

  it('leaves out escape sequences and control characters', () => {
    expect(new LineSplitter().push(Buffer.from('\x1b[31mred\x1b[0m\x07\x00!\n'))).toEqual(['red!']);
  });

  it('is not held up by what only looks like line ends', () => {
    const splitter = new LineSplitter();
    // A pattern that tries each of them again and again takes longer than any test may.
    expect(splitter.push(Buffer.alloc(4 * 2 ** 20, '\r'))).toEqual(['']);
    expect(splitter.push(Buffer.from('\r\r\nx\r\r\n'))).toEqual(['', 'x']);
  });

  it('hides nothing behind a control string that does not end', () => {
    const splitter = new LineSplitter();
    expect(
      splitter.push(Buffer.from('\x1b]0;Kernel panic - not syncing\nnext \x1b]0;title\x07line\n')),
    ).toEqual(['0;Kernel panic - not syncing', 'next line']);
  });

  it('never holds more than one long line', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.alloc(10_000, 'x'))).toHaveLength(1);
    expect(splitter.end()).toEqual([]);
  });
});
