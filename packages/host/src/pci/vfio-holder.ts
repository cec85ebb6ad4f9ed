import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface VfioHolder {
  readonly pid: number;
  readonly name: string;
}

/** The process that has a VFIO group open, if any can be seen. */
export function findGroupHolder(group: string): VfioHolder | null {
  const target = `/dev/vfio/${group}`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (openFiles(pid).includes(target)) return { pid: Number(pid), name: processName(pid) };
  }
  return null;
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function processName(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a process';
  }
}
