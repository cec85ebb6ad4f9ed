import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import type { StressResult } from '@coordinator/shared/report';
import { RssHistory } from './rss-history.ts';

/** Watches what the run costs this machine. */
export class HostLoad {
  readonly #history = new RssHistory();

  /** Reads /proc; proc_pid_status(5), proc_meminfo(5). */
  sample(): StressResult['host'] {
    const own = rssBytes('self');
    this.#history.add(own);
    const children = childPids();
    return {
      cpus: availableParallelism(),
      load: loadavg()[0] ?? 0,
      memory_bytes: totalmem(),
      memory_available_bytes: kibibytes(readQuietly('/proc/meminfo'), 'MemAvailable'),
      coordinator_rss_bytes: own,
      children_rss_bytes: children.reduce((sum, pid) => sum + rssBytes(pid), 0),
      children: children.length,
      coordinator_rss_quarters: this.#history.quarters(),
    };
  }
}

/** Resident set; 0 when the process is gone. */
function rssBytes(pid: string): number {
  return kibibytes(readQuietly(`/proc/${pid}/status`), 'VmRSS');
}

function kibibytes(text: string, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
  return match ? Number(match[1]) * 1024 : 0;
}

/** Processes that any thread of ours has started and that are still there. */
function childPids(): string[] {
  let threads: string[];
  try {
    threads = readdirSync('/proc/self/task');
  } catch {
    return [];
  }
  return threads
    .flatMap((thread) => readQuietly(`/proc/self/task/${thread}/children`).split(' '))
    .filter((pid) => pid !== '');
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
