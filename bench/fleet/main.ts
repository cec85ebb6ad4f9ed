import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '@coordinator/shared/event';
import { type GuestResult, reportSchema } from '@coordinator/shared/report';
import { buildSimulatedWorker, SimulatedWorker } from '../../test/support/fleet/simulated-fleet.ts';

// `npm run bench -- fleet [GUESTS] [WORKERS]`: what a run over a fleet costs the coordinator that started it. Guests are
// scripts that write what agents would; all else, the server of the queue and the workers' processes too, is real.

const guests = Number(process.argv[2] ?? 1000);
const workers = Number(process.argv[3] ?? 20);
const root = process.cwd();
const program = join(root, 'packages/host/bin/coordinator.js');
const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
/** Ticks of /proc/PID/stat in a second: sysconf(_SC_CLK_TCK) of every Linux that Node runs on. */
const TICKS = 100;

process.env['XDG_STATE_HOME'] = folder;
const fleet: SimulatedWorker[] = [];
try {
  await buildSimulatedWorker(root);
  spawnSync(process.execPath, [program, 'fleet', 'up'], { stdio: 'inherit' });
  const read = (name: string) => readFileSync(join(folder, 'coordinator/queue', name), 'utf8').trim();
  const url = `redis://127.0.0.1:${read('port')}`;
  const common = { root, url, key: read('key'), password: read('password') };
  for (let number = 1; number <= workers; number++)
    fleet.push(new SimulatedWorker({ ...common, name: `host-${number}`, room: Math.ceil(guests / workers) }));
  for (;;) {
    const { stdout } = spawnSync(process.execPath, [program, 'fleet', '--json'], { encoding: 'utf8' });
    if ((JSON.parse(stdout || '[]') as unknown[]).length === workers) break;
    await sleep(500);
  }
  await measure();
} finally {
  await Promise.all(fleet.map((worker) => worker.end()));
  spawnSync(process.execPath, [program, 'fleet', 'down'], { stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const report = join(folder, 'report.json');
  const args = ['test', '--queue', 'local', '--guests', String(guests), '--runs', join(folder, 'runs')];
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...args, '--reporter', `json=${report}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  let cpu = 0;
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      cpu = Math.max(cpu, (Number(stat[11]) + Number(stat[12])) / TICKS);
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
  }, 50);
  const [code] = await exited;
  clearInterval(timer);
  const endedAt = Date.now();
  const wall = (performance.now() - started) / 1000;
  const {
    guests: results,
    run,
    started: began,
  } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const events = readFileSync(join(folder, 'runs', run, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const last = events.findLast(({ type }) => type === 'guest-ended')?.at_ms ?? 0;
  const print = (what: string, value: string, goal: string) =>
    console.log(`${what.padEnd(44)} ${value.padEnd(16)} ${goal}`);
  print(`guests on ${workers} workers, exit code ${code}`, String(results.length), '');
  print(
    'guests that passed',
    String(results.filter(({ outcome }) => outcome === 'pass').length),
    String(guests),
  );
  for (const [reason, count] of reasonsOf(results)) print(`  ${reason}`, String(count), '0');
  print('guests whose events are out of order', String(outOfOrder(events)), '0');
  print('events', String(events.length), '');
  print('wall time', `${wall.toFixed(1)} s`, '');
  print('processor of the coordinator', `${(cpu / wall).toFixed(2)} cores`, '≤ 1');
  print('its memory, at most', `${peak.toFixed(0)} MiB`, '≤ 250 MiB');
  const late = (endedAt - Date.parse(began) - last) / 1000;
  print('from the last guest to the report', `${late.toFixed(1)} s`, '< 5 s');
}

/** Why guests did not pass, and how many of them, by what is the same of several. */
function reasonsOf(guests: readonly GuestResult[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, reason } of guests) {
    if (outcome === 'pass') continue;
    const told = `${outcome}: ${reason?.replace(/\d+/g, 'N') ?? ''}`;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  return counts;
}

/** Each guest's tests follow each other as in its plan, and its end is the last word of it. */
function outOfOrder(events: readonly RunEvent[]): number {
  const [start] = events;
  const planned = start?.type === 'run-started' ? start.tests : [];
  const tests = new Map<string, number>();
  const wrong = new Set<string>();
  const ended = new Set<string>();
  for (const event of events) {
    if (!('guest' in event)) continue;
    if (ended.has(event.guest)) wrong.add(event.guest);
    if (event.type === 'guest-ended') ended.add(event.guest);
    if (event.type !== 'guest-test') continue;
    const at = planned.indexOf(event.test.name);
    if (at <= (tests.get(event.guest) ?? -1)) wrong.add(event.guest);
    tests.set(event.guest, at);
  }
  return wrong.size;
}
