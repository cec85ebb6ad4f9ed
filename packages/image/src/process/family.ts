import { readdir, readFile } from 'node:fs/promises';
import { startTimeOf } from '@coordinator/base/start-time';

/** Processes and all they start, also what outlives its parent once it was seen. */
export class Family {
  /** When each started, by its number. */
  readonly #members = new Map<number, string>();
  readonly #heads: readonly number[];

  constructor(heads: readonly number[]) {
    this.#heads = heads;
  }

  /**
   * What all of it has done so far, as a text that is another one after each byte read or written: output, files,
   * sockets and each other alike (`rchar` and `wchar` of /proc/PID/io, proc(5)).
   */
  async activity(): Promise<string> {
    const lines: string[] = [];
    const visited = new Set([...this.#heads, ...this.#members.keys()]);
    for (const pid of visited) {
      const start = startTimeOf(pid);
      const known = this.#members.get(pid);
      if (start === null || (known !== undefined && known !== start)) {
        this.#members.delete(pid);
        continue;
      }
      this.#members.set(pid, start);
      for (const child of await childrenOf(pid)) visited.add(child);
      const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
      lines.push(`${pid} ${/^rchar: \d+\nwchar: \d+$/m.exec(io)?.[0] ?? ''}`);
    }
    return lines.join('\n');
  }

  /** Ends all that is left of it, at once. One that waits for a disk in vain stays until that answers. */
  async end(): Promise<void> {
    await this.activity();
    for (const [pid, start] of this.#members) {
      if (startTimeOf(pid) !== start) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {}
    }
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const children: number[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const list = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '');
    children.push(...list.split(' ').filter(Boolean).map(Number));
  }
  return children;
}
