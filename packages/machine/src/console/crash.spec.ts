import { describe, expect, it } from 'vitest';
import { CrashWatch } from './crash.ts';
import { matchConsoleLine } from './patterns.ts';

/** As Linux 6.12 prints it on arm64. */
const oops = (edit: (line: string) => string = (line) => line) =>
  [
    'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018',
    'Mem abort info:',
    '  ESR = 0x0000000096000004',
    'Internal error: Oops: 0000000096000004 [#1] SMP',
    'Modules linked in: smmute_pci(OE) 9pnet_virtio',
    'CPU: 1 UID: 0 PID: 213 Comm: smmute Tainted: G           OE      6.12.118+deb13-arm64 #1',
    'pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)',
    'pc : smmute_user_frame.isra.0+0x24/0x190 [smmute_pci]',
    'lr : smmute_ioctl+0x118/0x400 [smmute_pci]',
    'sp : ffff800082b3bc60',
    'Call trace:',
    ' smmute_user_frame.isra.0+0x24/0x190 [smmute_pci]',
    ' smmute_ioctl+0x118/0x400 [smmute_pci]',
    ' __arm64_sys_ioctl+0xb4/0x100',
    ' invoke_syscall+0x6c/0x100',
    ' el0_svc+0x3c/0x140',
    'Code: aa0003f3 f9400c00 b4000060 f9400c00 (f9400c01)',
    '---[ end trace 0000000000000000 ]---',
    'Kernel panic - not syncing: Oops: Fatal exception',
    'Call trace:',
    ' panic+0x3b8/0x420',
  ].map((line, index) => edit(`[   12.${100_000 + index}] ${line}`));

const panic = (cause: string, ...frames: string[]) => [
  `[    3.1] Kernel panic - not syncing: ${cause}`,
  '[    3.2] CPU: 0 UID: 0 PID: 1 Comm: sh Not tainted 6.12.118+deb13-arm64 #1  Debian 6.12.118-1',
  '[    3.2] Hardware name: linux,dummy-virt (DT)',
  '[    3.2] Call trace:',
  ...[
    'dump_backtrace+0xe0/0x140',
    'show_stack+0x20/0x40 (C)',
    'dump_stack_lvl+0x78/0x98',
    'panic+0x3b8/0x420',
    ...frames,
  ].map((frame) => `[    3.3]  ${frame}`),
  '[    3.4] SMP: stopping secondary CPUs',
  '[    3.5]  other+0x1/0x2',
];

function watch(lines: readonly string[]) {
  const watched = new CrashWatch();
  for (const line of lines) watched.push(line, matchConsoleLine(line)?.kind);
  return watched.crash;
}

describe('the trace of a crash', () => {
  it('is that of the first, from where it happened on', () => {
    expect(watch(oops())).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      trace: [
        'smmute_user_frame.isra.0+0x24/0x190 [smmute_pci]',
        'smmute_ioctl+0x118/0x400 [smmute_pci]',
        '__arm64_sys_ioctl+0xb4/0x100',
        'invoke_syscall+0x6c/0x100',
        'el0_svc+0x3c/0x140',
      ],
    });
    expect(
      watch(panic('x', 'next+0x0/0x70', 'sysrq_handle_crash+0x28/0x30', '__handle_sysrq+0x9c/0x1c0'))?.trace,
    ).toEqual(['sysrq_handle_crash+0x28/0x30', '__handle_sysrq+0x9c/0x1c0']);
  });

  it('is none where nothing crashed, and empty where none was printed', () => {
    expect(watch(['Call trace:', ' f+0x1/0x2', 'WARNING: CPU: 0 PID: 1 at f+0x1/0x2'])).toBeNull();
    expect(
      watch(['Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'])?.trace,
    ).toEqual([]);
  });
});

describe('a fingerprint', () => {
  const print = (lines: readonly string[]) => watch(lines)?.fingerprint;

  it.each<[string, (line: string) => string]>([
    ['times', (line) => line.replace('12.1', '9.7')],
    ['tasks that print', (line) => line.replace('] ', '][  T213] ')],
    [
      'addresses',
      (line) =>
        line.replace('0000000000000018', '00000000deadbee0').replace('ffff800082b3bc60', 'ffff800011112222'),
    ],
    [
      'offsets, as another build has them',
      (line) => line.replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/, '+0x30/0x200'),
    ],
    [
      "a module's hash",
      (line) => line.replace('[smmute_pci]', '[smmute_pci 0123456789abcdef0123456789abcdef01234567]'),
    ],
    ['clones of a function', (line) => line.replace('.isra.0', '.constprop.2')],
    [
      'how frames were found',
      (line) => line.replace('+0x118/0x400 [smmute_pci]', '+0x118/0x400 [smmute_pci] (P)'),
    ],
    ['who called, far out', (line) => line.replace('el0_svc', 'el0_svc_other')],
    ['processes and CPUs', (line) => line.replace('PID: 213', 'PID: 9').replace('CPU: 1', 'CPU: 0')],
  ])('does not depend on %s', (_, edit) => {
    expect(oops(edit)).not.toEqual(oops());
    expect(print(oops(edit))).toBe(print(oops()));
  });

  it('differs by cause and by function', () => {
    const prints = [
      print(oops()),
      print(oops((line) => line.replace('smmute_user_frame', 'smmute_other'))),
      print(oops((line) => line.replace('smmute_ioctl', 'smmute_write'))),
      print(oops((line) => line.replace('NULL pointer dereference', 'paging request'))),
      print(panic('sysrq triggered crash', 'sysrq_handle_crash+0x28/0x30')),
      print(panic('Attempted to kill init! exitcode=0x00000100', 'do_exit+0x8/0x9')),
      print(panic('Attempted to kill init! exitcode=0x00000100', 'do_group_exit+0x8/0x9')),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    expect(print(panic('Attempted to kill init! exitcode=0x0000000b', 'do_exit+0x8/0x9'))).toBe(prints[5]);
  });

  it('is bounded, whatever is printed', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ` f${index}${'x'.repeat(100)}+0x1/0x2`);
    const crash = watch(['Kernel panic - not syncing: x', 'Call trace:', ...many]);
    expect(crash?.trace).toHaveLength(24);
    expect(watch(['BUG: KASAN: x', ...many, 'Call trace:', ' f+0x1/0x2'])?.trace).toEqual([]);
  });
});
