import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from '@coordinator/image';
import { reportSchema } from '@coordinator/shared/report';
import { KERNEL_ARGUMENTS } from '../packages/host/src/kernel-arguments.ts';
import { type BareSetting, runBareGuests } from './bare-guests.ts';
import { measureFrames } from './frames.ts';
import { agentScript, defaultPlanScript, engineScript } from './scripts.ts';
import { median, print } from './statistics.ts';

// `npm run bench [PAIRS]`: what coordinator costs beside a plain script that starts the same guests, and how fast its
// parts are. Ratios are taken pair by pair, the two in turn, so that a machine whose speed drifts does not matter.

const pairs = Number(process.argv[2] ?? 5);
const root = process.cwd();
const coordinator = join(root, 'packages/host/bin/coordinator.js');
const runs = mkdtempSync(join(tmpdir(), 'bench-'));

const setting: BareSetting = {
  files: await setUp({
    agentBundle: join(root, 'packages/guest/dist/agent.mjs'),
    execDaemon: join(root, 'packages/guest/dist/exec-daemon.mjs'),
    nativeDir: join(root, 'packages/guest/native'),
  }),
  deviceServer: join(root, 'packages/engine/dist/engine-server.js'),
  kernelArguments: KERNEL_ARGUMENTS,
};

/** What is aimed at, by the number of guests. */
const goals = {
  snapshot: (guests: number) => (guests > 2 ? '≤ 0.45×' : '≤ 0.40×'),
  cold: (guests: number) => (guests > 1 ? '≤ 1.15×' : '≤ 1.10×'),
};

try {
  // Once before it counts: what guests are restored from is made then.
  await timeCoordinator(1, 'snapshot');
  for (const guests of [1, 2, 8]) await compareWallTime(guests);
  await measureEngine();
  await measureAgentStart();
  const { decoded, read } = measureFrames();
  print('frames decoded on the host', `${thousands(decoded)}/s`, '≥ 200,000/s');
  print('frames decoded and read as messages', `${thousands(read)}/s`, '');
} finally {
  rmSync(runs, { recursive: true, force: true });
}

async function compareWallTime(guests: number): Promise<void> {
  const taken = { snapshot: [] as number[], cold: [] as number[], bare: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    taken.snapshot.push(await timeCoordinator(guests, 'snapshot'));
    taken.cold.push(await timeCoordinator(guests, 'cold'));
    taken.bare.push((await runBareGuests(setting, guests, defaultPlanScript)).ms);
  }
  for (const start of ['snapshot', 'cold'] as const) {
    const ratios = taken[start].map((ms, pair) => ms / (taken.bare[pair] ?? 0));
    const detail = `${seconds(median(taken[start]))} against ${seconds(median(taken.bare))}, ${pairs} pairs`;
    print(
      `coordinator test --guests ${guests} --start ${start}`,
      `${median(ratios).toFixed(2)}× the bare script that boots them (${detail})`,
      goals[start](guests),
    );
  }
}

async function timeCoordinator(guests: number, start: 'snapshot' | 'cold'): Promise<number> {
  const started = performance.now();
  const { code, stdout } = await runCoordinator(['--guests', String(guests), '--start', start]);
  if (code !== 0) throw new Error(`coordinator test --guests ${guests} ended with ${code}: ${stdout}`);
  return performance.now() - started;
}

async function measureEngine(): Promise<void> {
  const transactions = 6000;
  const { console } = await runBareGuests(setting, 1, engineScript(transactions));
  const [, from, to] = /^rate ([\d.]+) ([\d.]+)/m.exec(console) ?? [];
  const rate = transactions / (Number(to) - Number(from));
  print('transactions through the tool, 256 bytes', `${thousands(rate)}/s`, '≥ 1,500/s');
  const durations = [...console.matchAll(/duration\s*= (\d+) us/g)].map(([, us]) => Number(us));
  print(
    'memcpy of 8 MiB',
    `${((8 * 2 ** 20) / median(durations) / 1000).toFixed(2)} GB/s (median of ${durations.length})`,
    '≥ 1 GB/s',
  );
}

/** From the shell that starts QuickJS to the agent's first statement. */
async function measureAgentStart(): Promise<void> {
  const kit = mkdtempSync(join(tmpdir(), 'bench-kit-'));
  try {
    cpSync(setting.files.kit, kit, { recursive: true });
    writeFileSync(join(kit, 'start'), agentScript);
    const starts: number[] = [];
    for (let n = 0; n < pairs; n++) {
      const { stdout } = await runCoordinator(['--plan', 'page', '--share', kit]);
      const report = reportSchema.parse(JSON.parse(stdout));
      starts.push(agentStartOf(report.run));
    }
    print('agent start-up under QuickJS in a guest', seconds(median(starts)), '≤ 0.3 s');
  } finally {
    rmSync(kit, { recursive: true, force: true });
  }
}

/** Milliseconds from the line the script printed to the agent's first statement, both by the guest's clock. */
function agentStartOf(run: string): number {
  const folder = join(runs, run);
  const [, before] =
    /^before ([\d.]+)/m.exec(readFileSync(join(folder, 'guest-1', 'console.log'), 'utf8')) ?? [];
  const [, uptime] = /"uptime_ms":([\d.]+)/.exec(readFileSync(join(folder, 'events.jsonl'), 'utf8')) ?? [];
  return Number(uptime) - Number(before) * 1000;
}

function runCoordinator(args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((done, reject) => {
    const child = spawn(
      process.execPath,
      [coordinator, 'test', '--runs', runs, '--reporter', 'json=-', ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.once('error', reject);
    child.once('close', (code) => done({ code, stdout }));
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
