import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineServer } from '@coordinator/engine';
import type { setUp } from '@coordinator/image';
import { qemuArguments } from '@coordinator/machine/vmm';

/** What every bare guest is made of. */
export interface BareSetting {
  readonly files: Awaited<ReturnType<typeof setUp>>;
  readonly deviceServer: string;
  readonly kernelArguments: readonly string[];
}

/** The floor: device server and guests are started and waited for, and nothing else. */
export async function runBareGuests(
  setting: BareSetting,
  guests: number,
  script: string,
): Promise<BareResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'));
  try {
    const kit = join(folder, 'kit');
    cpSync(setting.files.kit, kit, { recursive: true });
    writeFileSync(join(kit, 'start'), script);
    const started = performance.now();
    const sockets = Array.from({ length: guests }, (_, n) => join(folder, `${n}.vfio-user`));
    const server = await EngineServer.start({
      entry: setting.deviceServer,
      devices: sockets.map((socket) => ({ socket })),
    });
    const consoles = await Promise.all(sockets.map((socket, n) => runGuest(setting, folder, kit, socket, n)));
    await server.stop();
    return { ms: performance.now() - started, console: consoles[0] ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface BareResult {
  readonly ms: number;
  /** Console of the first guest. */
  readonly console: string;
}

function runGuest(
  setting: BareSetting,
  folder: string,
  kit: string,
  socket: string,
  n: number,
): Promise<string> {
  const results = join(folder, `results-${n}`);
  mkdirSync(results);
  const [program = '', ...prefix] = setting.files.qemu.command;
  const child = spawn(program, [
    ...prefix,
    ...qemuArguments({
      name: `bare-${n}`,
      kernel: setting.files.kernel,
      initrd: setting.files.initrd,
      kernelArguments: setting.kernelArguments,
      cpus: 2,
      memoryMiB: 256,
      shares: [
        { tag: 'hostshare', folder: kit, readOnly: true },
        { tag: 'results', folder: results, readOnly: false },
      ],
      accelerator: 'tcg',
      functions: [{ kind: 'vfio-user', socket }],
      qmpSocket: join(folder, `${n}.qmp`),
    }),
  ]);
  return consoleOf(child);
}

function consoleOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
