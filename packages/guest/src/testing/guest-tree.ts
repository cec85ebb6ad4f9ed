import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StepOf, TestStep } from '@coordinator/shared/exerciser';
import { FrameEncoder } from '@coordinator/shared/frame';
import { parsePlan } from '@coordinator/shared/plan';
import type { Job } from '@coordinator/shared/plan/job';
import { Packr } from 'msgpackr/pack';

export const BDF = '0000:00:02.0';
export const KERNEL = '6.12.0-test';

/**
 * A folder that looks like a guest to the agent: what it reads of /proc, /sys and /dev, the system's programs as
 * scripts, a kit and a folder for results. The engine's device file is a link to /dev/null, device 1:3, as anybody
 * may make links.
 */
export class GuestTree implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'guest-tree-'));
  readonly kit = join(this.root, 'kit');
  readonly results = join(this.root, 'results');

  constructor() {
    this.file('proc/uptime', '2.61 3.30\n');
    this.file('proc/meminfo', 'MemTotal:         220360 kB\nMemFree:          180000 kB\n');
    this.file('proc/sys/kernel/osrelease', `${KERNEL}\n`);
    this.file('proc/sys/kernel/arch', 'aarch64\n');
    this.file('sys/devices/system/cpu/online', '0-1\n');
    this.file('proc/interrupts', interrupts(2));
    this.file('proc/devices', 'Character devices:\n  1 smmute\n  5 tty\n\nBlock devices:\n254 smmute\n');
    this.script('bin/dmesg', 'echo "[    0.000000] Booting Linux"');
    for (const folder of ['dev', 'tmp', 'kit', 'results']) this.folder(folder);
  }

  folder(path: string): void {
    mkdirSync(join(this.root, path), { recursive: true });
  }

  file(path: string, content: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content, { mode });
  }

  script(path: string, body: string): void {
    this.file(path, `#!/bin/sh\n${body}\n`, 0o755);
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    symlinkSync(target, join(this.root, path));
  }

  /** Another PCI function, and the test engine's. */
  addFunctions(): void {
    this.#function('0000:00:01.0', '0x1af4', '0x1049');
    this.#function(BDF, '0x13b5', '0xff80');
  }

  /** An NVMe function with its driver and a namespace; a FIFO stands for its device file, as its number is 0:0. */
  addNvme(bdf = BDF): void {
    this.#function(bdf, '0x1b36', '0x0010');
    this.file(`sys/bus/pci/devices/${bdf}/class`, '0x010802\n');
    this.folder('sys/bus/pci/drivers/nvme');
    this.link(`sys/bus/pci/devices/${bdf}/driver`, '../../drivers/nvme');
    this.file(`sys/bus/pci/devices/${bdf}/nvme/nvme0/nvme0n1/size`, '131072\n');
    this.file('sys/class/block/nvme0n1/dev', '0:0\n');
    this.file('sys/class/block/nvme0n1/stat', ` ${'0 '.repeat(17)}\n`);
    execFileSync('mkfifo', [join(this.root, 'dev/nvme0n1')]);
  }

  #function(bdf: string, vendor: string, device: string): void {
    this.file(`sys/bus/pci/devices/${bdf}/vendor`, `${vendor}\n`);
    this.file(`sys/bus/pci/devices/${bdf}/device`, `${device}\n`);
  }

  bindDriver(driver = 'smmute-pci'): void {
    this.folder(`sys/bus/pci/drivers/${driver}`);
    this.link(`sys/bus/pci/devices/${BDF}/driver`, `../../drivers/${driver}`);
  }

  addNode(owner = BDF): void {
    this.link('dev/smmute0', '/dev/null');
    this.link('sys/dev/char/1:3/device', `../../../${owner}`);
  }

  /** All that the probe looks for. */
  addEngine(): void {
    this.addFunctions();
    this.bindDriver();
    this.addNode();
  }

  writeJob(tests: readonly TestStep[], heartbeat_ms = 60_000, more: Partial<Job> = {}): void {
    const job: Job = {
      version: 1,
      run: 'run',
      guest: 'guest-1',
      heartbeat_ms,
      exerciser: 'smmute',
      interrupts: 'none',
      tests,
      ...more,
    };
    this.file('results/job.json', JSON.stringify(job));
  }

  /** A line of shell that makes the engine's interrupts add up to `total`. */
  raise(total: number): string {
    return `printf '%s\\n' '${interrupts(total).trimEnd().replace('\n', "' '")}' > ${this.root}/proc/interrupts`;
  }

  #commands: FrameEncoder | undefined;

  /** Appends to the file of commands, as the host does; makes it when there is none. */
  command(...commands: readonly unknown[]): void {
    this.#commands ??= new FrameEncoder();
    for (const command of commands) {
      const frame = this.#commands.encode(new Packr({ useRecords: false }).pack(command));
      appendFileSync(join(this.results, 'commands.bin'), frame);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function interrupts(total: number): string {
  return `           CPU0       CPU1\n 26:   ${total}   0  ITS-PCI-MSIX   0 Edge   ${BDF}\n`;
}

const [memcpy] = parsePlan('timeout: 10\ntests:\n- { mode: memcpy, size: 0x100 }\n', 'sample').tests;

/** A step of the plan, one good memcpy unless told otherwise. */
export function step(changes: Partial<StepOf<'smmute'>> = {}): StepOf<'smmute'> {
  return { ...(memcpy as StepOf<'smmute'>), ...changes };
}

/** What the tool prints for one transaction of up to 128 bytes. */
export function printedResult(
  transaction: number,
  status = '0 Success',
  value = '0x0',
  duration = 412,
): string {
  return [
    'Result:',
    `- transaction          = ${transaction}`,
    `- status               = ${status}`,
    `- value                = ${value}`,
    `- duration             = ${duration} us`,
    'Output buffer:',
    '00: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f ',
    '10: 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f ',
    '',
  ].join('\n');
}
