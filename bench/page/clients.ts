import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EVENTS_PATH, SUBPROTOCOL } from '@coordinator/page/protocol';
import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';

export interface WatchedRun {
  /** Wall time. */
  readonly ms: number;
  /** Processor time of the coordinator itself, without guests and device servers. */
  readonly cpuMs: number;
  /** What all clients were told together. */
  readonly messages: number;
}

/** Of /proc/PID/stat; user space sees hundredths of a second, time(7). */
const MS_PER_TICK = 10;
const LOOK_MS = 50;
const unpackr = new Unpackr({ useRecords: false });

/** A run to its end, with so many who look at it from its start. */
export async function runWatched(
  [file, ...args]: readonly [string, ...string[]],
  clients: number,
): Promise<WatchedRun> {
  const started = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  let messages = 0;
  let joined = false;
  let cpuMs = 0;
  const look = setInterval(() => {
    cpuMs = Math.max(cpuMs, processorTime(child.pid));
  }, LOOK_MS);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    const url = /live page: (http:\S+)/.exec(told)?.[1];
    if (joined || url === undefined) return;
    joined = true;
    const count = () => {
      messages += 1;
    };
    for (let n = 0; n < clients; n++) watch(url, count);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(look);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${told}`);
  return { ms: performance.now() - started, cpuMs, messages };
}

/** As the page does: it asks for the run when it hears that there is one. What it is told is another machine's work to read. */
function watch(url: string, onMessage: () => void): void {
  const socket = new WebSocket(new URL(EVENTS_PATH, url).href.replace('http', 'ws'), SUBPROTOCOL);
  let watches = false;
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    onMessage();
    if (watches) return;
    const { type, live } = unpackr.unpack(data) as { type: string; live?: string | null };
    if (type !== 'hello' || !live) return;
    watches = true;
    socket.send(JSON.stringify({ type: 'watch', run: live }));
  });
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
