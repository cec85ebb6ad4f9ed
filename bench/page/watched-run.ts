import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AudienceAnswer, AudienceCall } from './audience.ts';

export interface WatchedRun {
  /** Wall time. */
  readonly ms: number;
  /** Processor time of the coordinator itself, without guests and device servers. */
  readonly cpuMs: number;
}

/** Of /proc/PID/stat; user space sees hundredths of a second, time(7). */
const MS_PER_TICK = 10;
const LOOK_MS = 50;

/** What has the process that starts here be that of the clients. */
export const AUDIENCE = 'audience';

/** A run to its end, with so many who look at it from its start. @throws Error when one of them was not told of it */
export async function runWatched(
  [file, ...args]: readonly [string, ...string[]],
  clients: number,
): Promise<WatchedRun> {
  const audience = clients > 0 ? await startAudience(clients) : null;
  const started = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  let isCalled = false;
  let cpuMs = 0;
  const look = setInterval(() => {
    cpuMs = Math.max(cpuMs, processorTime(child.pid));
  }, LOOK_MS);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    const url = /live page: (http:\S+)/.exec(told)?.[1];
    if (url === undefined || isCalled) return;
    isCalled = true;
    audience?.send({ url } satisfies AudienceCall);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const ms = performance.now() - started;
  clearInterval(look);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${told}`);
  if (audience) await check(audience, clients);
  return { ms, cpuMs };
}

/** @returns the process of the clients, when it is ready. */
async function startAudience(clients: number): Promise<ChildProcess> {
  const audience = fork(process.argv[1] as string, [AUDIENCE, String(clients)]);
  await once(audience, 'message');
  return audience;
}

async function check(audience: ChildProcess, clients: number): Promise<void> {
  audience.send({ url: null } satisfies AudienceCall);
  const [{ untold }] = (await once(audience, 'message')) as [AudienceAnswer];
  if (untold > 0) throw new Error(`${untold} of ${clients} clients were not told of the run`);
}

function processorTime(pid: number | undefined): number {
  try {
    // Behind the program's name, which may hold anything, fields 3 and on: utime is the 14th, stime the 15th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    const [user, system] = fields.slice(14 - 3);
    return (Number(user) + Number(system)) * MS_PER_TICK;
  } catch {
    return 0;
  }
}
