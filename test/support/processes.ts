import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { runtimeFolder } from './coordinator.ts';

/** A process that a run of these tests started. Found by its environment, independently of the coordinator's own code. */
export interface RunProcess {
  readonly pid: number;
  readonly role: string;
  /** Whose it is; `standby-N` for a VMM that stands by until a guest needs it. */
  readonly guest: string | undefined;
}

export function runProcesses(): RunProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const value = (key: string) =>
          environment.find((pair) => pair.startsWith(`${key}=`))?.slice(key.length + 1);
        const role = value('COORDINATOR_ROLE');
        return role && value('XDG_RUNTIME_DIR') === runtimeFolder
          ? [
              {
                pid: Number(name),
                role,
                guest: guestOf(value('COORDINATOR_RUN'), value('COORDINATOR_GUEST')),
              },
            ]
          : [];
      } catch {
        return [];
      }
    });
}

/** A VMM that stood by keeps its marker; what became of it is noted beside its sockets. */
function guestOf(run: string | undefined, marked: string | undefined): string | undefined {
  try {
    return readlinkSync(join(runtimeFolder, `coordinator-${userInfo().uid}`, run ?? '', `${marked}.guest`));
  } catch {
    return marked;
  }
}

/** What a run may not leave behind: processes, and folders with sockets. */
export function leftovers(): string[] {
  const runtime = join(runtimeFolder, `coordinator-${userInfo().uid}`);
  const folders = existsSync(runtime) ? readdirSync(runtime).map((name) => join(runtime, name)) : [];
  return [...runProcesses().map(({ pid, role, guest }) => `${role} ${guest ?? ''} (pid ${pid})`), ...folders];
}
