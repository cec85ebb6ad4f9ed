import { describe, expect, it } from 'vitest';
import { parseQemuVersion, unsuitability } from './probe.ts';

describe('parseQemuVersion', () => {
  it.each([
    ['QEMU emulator version 11.1.3 (Debian 1:11.1.3+ds-1~bpo13+1)\nCopyright', '11.1.3'],
    ['QEMU emulator version 10.1 (qemu-10.1)', '10.1'],
    ['QEMU emulator version 11.0.50 (v11.1.0-rc2-12-g0123456789)', '11.0.50'],
    ['QEMU emulator version 8.1.92 (v8.2.0-rc2)', '8.1.92'],
    ['QEMU emulator version 10.0.92 (v10.1.0-rc2)', '10.0.92'],
    ['QEMU emulator version 10.0.0', '10.0.0'],
    ['QEMU emulator version 2.9.0(qemu-kvm-rhev-2.9.0-16.el7_4.8)', '2.9.0'],
    ['QEMU emulator version 10.1.0~ig', '10.1.0'],
    ['QEMU emulator version 1.0 (qemu-kvm-1.0), Copyright (c) 2003-2008 Fabrice Bellard', '1.0'],
    ['QEMU PC emulator version 0.12.1, Copyright (c) 2003-2008 Fabrice Bellard', null],
    ['bash: not found', null],
  ])('%#', (output, version) => expect(parseQemuVersion(output)).toBe(version));
});

describe('unsuitability', () => {
  it.each([
    ['11.1.3', true, null],
    ['10.1.0', true, null],
    ['10.0.13', true, /10\.1 or newer/],
    ['7.2.0', true, /version 7\.2\.0/],
    ['9.10.0', true, /10\.1 or newer/],
    ['11.1.3', false, /vfio-user-pci/],
    [null, true, /-version/],
  ])('%s, vfio-user %s', (version, vfioUser, reason) => {
    const why = unsuitability({ version, vfioUser });
    if (reason) expect(why).toMatch(reason);
    else expect(why).toBeNull();
  });
});
