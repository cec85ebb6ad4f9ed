import { beforeEach, describe, expect, it } from 'vitest';
import { lkvmArguments } from './arguments.ts';
import { LkvmListener, parseLkvmList } from './output.ts';

describe('lkvmArguments', () => {
  it("is the line of Arm's page", () => {
    const args = lkvmArguments({
      name: 'guest-1',
      instance: 'x7q2-guest-1',
      kernel: '/mnt/Image',
      initrd: '/mnt/ramdisk-buildroot.img',
      kernelArguments: ['panic=-1'],
      cpus: 2,
      memoryMiB: 512,
      shares: [{ tag: 'hostshare', folder: '/mnt', readOnly: false }],
      functions: ['0000:08:00.1'],
      irqchip: 'gicv3-its',
      disableMte: true,
    });
    expect(args.join(' ')).toBe(
      'run --name x7q2-guest-1 -k /mnt/Image -i /mnt/ramdisk-buildroot.img --irqchip gicv3-its -c 2 -m 512 ' +
        '--9p /mnt,hostshare --network mode=none --console serial --params console=ttyS0 panic=-1 ' +
        '--vfio-pci 0000:08:00.1 --disable-mte',
    );
  });

  it('has what a user wants of it behind its own, and of the kernel too', () => {
    const line = lkvmArguments({
      ...{ name: 'guest-1', instance: 'i', kernel: '/k', initrd: '/r', cpus: 1, memoryMiB: 256, shares: [] },
      ...{ kernelArguments: ['panic=-1', 'loglevel=7'], functions: [], irqchip: 'gicv3', disableMte: true },
      options: { words: ['--realm', '--debug'] },
    }).join(' ');
    expect(line).toContain('--params console=ttyS0 panic=-1 loglevel=7');
    expect(line).toMatch(/--disable-mte --realm --debug$/);
  });
});

describe('LkvmListener', () => {
  let listener: LkvmListener;
  beforeEach(() => {
    listener = new LkvmListener();
  });

  it.each([
    '  Info: KVM session ended normally.',
    '  # KVM session ended normally.',
    '# KVM session ended normally.',
  ])('knows the end in "%s", on either stream', (line) => {
    listener.onConsoleLine('[    0.000000] Booting Linux on physical CPU 0x0');
    expect(listener.said.endedNormally).toBe(false);
    listener.onConsoleLine(line);
    expect(listener.said).toEqual({ endedNormally: true, errors: [] });
    listener = new LkvmListener();
    listener.onErrorLine(line);
    expect(listener.said).toEqual({ endedNormally: true, errors: [] });
  });

  it('keeps its errors, once, and neither news nor warnings', () => {
    for (const line of [
      '  Info: # lkvm run -k /mnt/Image -m 256 -c 1 --name guest-1',
      '  Warning: Guest memory size 256MB exceeds host physical RAM size 200MB',
      '  Error: 0000:07:00.0: IOMMU group 6 is not viable',
      '  Error: 0000:07:00.0: IOMMU group 6 is not viable',
      '  Fatal: Initialisation failed',
    ])
      listener.onErrorLine(line);
    expect(listener.said.errors).toEqual([
      '0000:07:00.0: IOMMU group 6 is not viable',
      'Initialisation failed',
    ]);
  });

  it('knows why it shows its usage', () => {
    const usage = [
      '',
      ' usage: lkvm run [<options>] [<kernel image>]',
      '',
      'Basic options:',
      '    --name  <name>  x',
    ];
    for (const line of ['  Error: Invalid device identifier 10000:e1:00.0', ...usage])
      listener.onErrorLine(line);
    expect(listener.said.errors).toEqual(['Invalid device identifier 10000:e1:00.0']);
    listener = new LkvmListener();
    for (const line of ["unknown option `frob'", ...usage]) listener.onErrorLine(line);
    expect(listener.said.errors).toEqual(["unknown option `frob'"]);
  });

  it('keeps what others say of it', () => {
    listener.onErrorLine('  Info: # lkvm run -k Image');
    listener.onErrorLine(
      'lkvm: error while loading shared libraries: libfdt.so.1: cannot open shared object file',
    );
    expect(listener.said.errors).toEqual([expect.stringMatching(/^lkvm: error while loading/)]);
  });
});

describe('parseLkvmList', () => {
  it('reads the table', () => {
    const text =
      '   PID NAME                 STATE\n------------------------------------\n  309 guest-309            running\n  276 guest-276            paused\n';
    expect(parseLkvmList(text)).toEqual([
      { pid: 309, name: 'guest-309', state: 'running' },
      { pid: 276, name: 'guest-276', state: 'paused' },
    ]);
    expect(parseLkvmList('')).toEqual([]);
  });
});
