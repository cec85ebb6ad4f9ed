import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuildrootDisk } from './support/buildroot.ts';
import { Coordinator, RunsFolder, reportOf } from './support/coordinator.ts';
import { engineState, inLab, labDown, labUp } from './support/lab.ts';
import { leftovers } from './support/processes.ts';
import { Terminal } from './support/terminal.ts';

/**
 * Arm's page on PCIe I/O virtualization ("PCI pass-through using multiple guests and smmu test engine"), typed at a
 * terminal of the lab line by line as it stands there; and the one command that does all of it. The kvmtool of both is
 * that of $COORDINATOR_LKVM, or one that has QEMU for its guests; without it the second guest is QEMU's by name.
 */

const PAGE_MS = 3_600_000;
const program = resolve(import.meta.dirname, '../packages/host/bin/coordinator.js');

const startGuest = (screen: string, bdf: string) =>
  `screen -md -S "${screen}" /mnt/kvmtool/lkvm run -k /mnt/Image -i /mnt/ramdisk-buildroot.img --irqchip gicv3-its -c 2 -m 512 --9p /mnt,hostshare --console serial --params "console=ttyS0 --earlycon=uart,mmio,0x1000000 root=/dev/vda" --vfio-pci ${bdf} --disable-mte;`;
/** What docs/lab.md has for those without a kvmtool, less what makes a kernel slow under two emulations. */
const startQemuGuest = (screen: string, bdf: string) =>
  `screen -md -S "${screen}" qemu-system-aarch64 -M virt,gic-version=3,its=on -accel kvm -cpu host -kernel /mnt/Image -initrd /mnt/ramdisk-buildroot.img -smp 2 -m 512 -virtfs local,path=/mnt,mount_tag=hostshare,security_model=none,readonly=on -nic none -nographic -append "console=ttyAMA0 root=/dev/vda nokaslr lsm=capability cryptomgr.notests" -device vfio-pci,host=${bdf}`;

const given = process.env['COORDINATOR_LKVM'];
const lkvm = given ?? join(import.meta.dirname, 'fixtures/lkvm-in-lab');

const PROMPT = /# $/;
let terminal: Terminal;

/** So much of a line stands in one row, behind any prompt. */
const ECHO_CHARACTERS = 40;

/** Types a line at a prompt. @returns what it printed */
async function enter(line: string): Promise<string> {
  terminal.type(line);
  // A prompt that is drawn anew before the line is read is not the one behind it.
  const echo = line.slice(0, ECHO_CHARACTERS).replace(/[^\w ]/g, '\\$&');
  return terminal.see(new RegExp(`${echo}[^\\n]*\\n.*# $`, 's'));
}

beforeAll(async () => {
  const up = await labUp('--lkvm', lkvm);
  expect(up.code, up.stderr).toBe(0);
  terminal = new Terminal([process.execPath, program, 'lab', 'shell']);
  await terminal.see(PROMPT);
}, PAGE_MS);
afterAll(async () => {
  terminal?.end();
  await labDown();
  expect(leftovers()).toEqual([]);
}, PAGE_MS);

describe("Arm's page, typed", { timeout: PAGE_MS }, () => {
  it('finds the engines, and their driver', async () => {
    const listed = await enter('lspci');
    for (const bdf of ['07:00.0', '07:00.3', '08:00.0', '08:00.1'])
      expect(listed).toContain(`${bdf} Unassigned class [ff00]: ARM Device ff80`);
    const told = await enter('lspci -v');
    expect(told.match(/Kernel driver in use: smmute-pci/g)).toHaveLength(4);
    expect(told).not.toContain('lspci:');
    expect((await enter('ls -l /dev/smmute*')).match(/\/dev\/smmute[0-3]$/gm)).toHaveLength(4);
  });

  it.each([
    ['virt1', '0000:08:00.1', startGuest],
    ['virt2', '0000:08:00.0', given === undefined ? startQemuGuest : startGuest],
  ])('starts %s with %s, and tests it', async (screen, bdf, start) => {
    const answers = [
      await enter(`echo ${bdf} > /sys/bus/pci/devices/${bdf}/driver/unbind`),
      await enter(`echo vfio-pci > /sys/bus/pci/devices/${bdf}/driver_override`),
      await enter(`echo ${bdf} > /sys/bus/pci/drivers_probe`),
    ];
    if (screen === 'virt1') answers.push(await enter('mount /dev/vda2 /mnt'));
    answers.push(await enter(start(screen, bdf)));
    for (const answer of answers) expect(answer).not.toMatch(/error|denied|No such|failed/i);

    await atLogin(screen);
    await enter('root');
    await enter('mount -t 9p -o trans=virtio hostshare /tmp/');
    await enter('cd /tmp');
    expect(await enter('lspci')).toMatch(/^00:0\d\.0 Unassigned class \[ff00\]: ARM Device ff80$/m);
    expect(await enter('ls -l /dev/smmute*')).toMatch(/^crw.* \/dev\/smmute0$/m);
    const run = await enter('./smmute -s 0x100 -n 10');
    expect(run).not.toMatch(/fail|error|mismatch/i);
    const status = await enter('echo "status $?"');
    expect(status).toMatch(/^status 0$/m);
    // Its vectors, ten interrupts on the eight of them.
    const rows = (await enter('cat /proc/interrupts')).match(/^ *\d+:.* Edge +0000:00:0\d\.0$/gm) ?? [];
    const counts = rows.map((row) =>
      (/:((?: +\d+)+) /.exec(row)?.[1] ?? '')
        .trim()
        .split(/ +/)
        .map(Number)
        .reduce((sum, one) => sum + one, 0),
    );
    expect(counts).toHaveLength(8);
    expect(counts.reduce((sum, one) => sum + one)).toBe(10);
    terminal.press('\x01d');
    await terminal.see(/detached.*# $/s);
  });

  it('lists the guests', async () => {
    expect((await enter('/mnt/kvmtool/lkvm list')).match(/guest-\d+ +running/g)).toHaveLength(
      given === undefined ? 1 : 2,
    );
  });

  it.each(['virt1', 'virt2'])('powers off %s', async (screen) => {
    terminal.type(`screen -r ${screen}`);
    await terminal.see(PROMPT);
    // What was on the screen is drawn first.
    await enter('true');
    terminal.type('poweroff');
    // The end of the guest is the end of its screen, and kvmtool's last words go with it.
    await terminal.see(/\[screen is terminating\].*# $/s);
  });

  it('leaves no guest', async () => {
    expect(await enter('screen -ls')).toMatch(/No Sockets found/);
    terminal.type('exit 7');
    expect(await terminal.ended).toBe(7);
  });
});

it("does what Arm's page does by one command, from a RAM disk with a login", {
  timeout: PAGE_MS,
}, async () => {
  const disk = new BuildrootDisk('none');
  const runs = new RunsFolder();
  // Who typed the page has left two functions to vfio-pci.
  const before = await engineState();
  try {
    const options = [
      '--platform',
      'lab',
      '--vmm',
      'lkvm',
      '--console-login',
      '--initrd',
      disk.path,
      '--cpus',
      '1',
    ];
    const args = ['test', '--runs', runs.path, '--reporter', 'json=-', '--plan', 'page', ...options];
    const run = new Coordinator(args, { env: { COORDINATOR_LKVM: lkvm } });
    const { ended, report, guest } = reportOf(await run.ended);
    expect(guest, ended.told).toMatchObject({ outcome: 'pass', reason: null, warnings: [] });
    expect(report).toMatchObject({ platform: 'lab', vmm: 'lkvm', vmm_version: expect.stringMatching(/^\d/) });
    expect(ended.code).toBe(0);
    const command = guest.vmm_command?.join(' ');
    expect(command).toMatch(
      /on-terminal \S*lkvm\S* run --name \S+-guest-1 .* --vfio-pci 0000:0[78]:00\.[013]/,
    );
    // What kvmtool says of itself is not on standard output, and is kept beside what its guest says.
    const kept = (name: string) => readFileSync(join(runs.path, report.run, 'guest-1', name), 'utf8');
    for (const name of ['vmm.log', 'console.log']) expect(kept(name)).toContain('KVM session ended normally');
    expect(kept('console.log')).toContain('buildroot login: root');
    expect(kept('vmm.log')).not.toContain('buildroot login');
    expect((await inLab('sh', '-c', 'ls ~/.lkvm')).stdout).toBe('');
  } finally {
    disk.remove();
    runs.remove();
  }
  expect(await engineState()).toEqual(before);
});

/** Goes to a guest's screen, and waits for its login. */
async function atLogin(screen: string): Promise<void> {
  terminal.type(`screen -r ${screen}`);
  await terminal.see(/buildroot login: $/);
}
