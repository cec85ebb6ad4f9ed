import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { quoteWord } from '@coordinator/base/programs';
import { endProcess, findMarkedProcesses, isAlive, type MarkedProcess } from '@coordinator/machine/process';
import {
  guestOf,
  listNotedRuns,
  type NotedRun,
  removeRuntimeFolder,
  userRuntimeFolder,
} from '@coordinator/machine/runtime-folder';
import { vmmCalled } from '@coordinator/machine/vmm';
import { forgetRun } from '@coordinator/store';

export interface RecoveredRun {
  readonly run: string;
  /** One sentence for the user. */
  readonly summary: string;
  /** Whether everything the run had left is gone. */
  readonly complete: boolean;
}

/**
 * Cleans up after every run of this user whose coordinator is gone: ends its guests and device servers, completes
 * its report with what the guests had reported, and removes its sockets. Leaves runs that are alive alone, and those
 * of another runtime folder, see {@link deadRunsElsewhere}.
 */
export async function recoverDeadRuns(): Promise<RecoveredRun[]> {
  const dead = listNotedRuns().filter(({ alive }) => !alive);
  const orphans = findOrphans().filter((orphan) => !isElsewhere(orphan));
  const runs = new Set([...dead.map(({ run }) => run), ...orphans.map(({ run }) => run)]);
  const recovered = await Promise.all(
    [...runs].map((run) =>
      recover(
        run,
        dead.find((noted) => noted.run === run),
        orphans.filter((orphan) => orphan.run === run),
      ),
    ),
  );
  return recovered.filter((one) => one !== null);
}

/**
 * Dead runs that were started with another runtime folder, which is still there: their notes, by which their reports
 * are completed, are in it.
 */
export function deadRunsElsewhere(): Array<{ readonly summary: string; readonly remedy: string }> {
  const elsewhere = findOrphans().filter(isElsewhere);
  const folders = new Map(elsewhere.map(({ run, runtime = '' }) => [run, runtime]));
  return [...folders].map(([run, folder]) => ({
    summary: `run ${run}: was left with another runtime folder, ${folder}`,
    remedy: `XDG_RUNTIME_DIR=${quoteWord(dirname(folder))} coordinator restore`,
  }));
}

function findOrphans(): MarkedProcess[] {
  return findMarkedProcesses().filter(({ owner }) => !isAlive(owner));
}

function isElsewhere({ runtime }: MarkedProcess): boolean {
  return runtime !== undefined && runtime !== userRuntimeFolder() && existsSync(runtime);
}

/** @returns null when all there was of it is a device server that was started before there was a run, and it is gone. */
async function recover(
  run: string,
  noted: NotedRun | undefined,
  orphans: readonly MarkedProcess[],
): Promise<RecoveredRun | null> {
  // VMMs first: a guest must not see its device vanish in what it still reports.
  const gone = await Promise.all(orphans.map(({ identity }) => endProcess(identity)));
  for (const { vmm, guest } of orphans) if (guest !== undefined) vmmCalled(vmm)?.removeLeftOf(run, guest);
  const machines = orphans.filter(({ role }) => role === 'vmm');
  // Those that stood by were no guests yet.
  const names = new Set(machines.map(({ guest }) => guestOf(run, guest ?? '')));
  names.delete(null);
  const guests = names.size;
  const left = gone.filter((isGone) => !isGone).length;
  if (!noted && machines.length === 0 && left === 0) return null;
  const parts = [`ended ${guests} guest${guests === 1 ? '' : 's'}`];
  if (noted) {
    const { folder } = noted;
    if (folder !== null) {
      // Loaded where there is something to complete: most commands find nothing.
      const { completeRun, neverBegan } = await import('./complete-run.ts');
      if (await neverBegan(folder)) {
        await forgetRun(folder);
        parts.push('it had not begun');
      } else
        parts.push(
          await completeRun(folder).then(
            () => `completed the report in ${folder}`,
            (error: unknown) => `its report could not be completed: ${messageOf(error)}`,
          ),
        );
    }
    if (left === 0) removeRuntimeFolder(noted.runtimeFolder);
  }
  if (left > 0) parts.push(`${left} of its processes cannot be ended`);
  return { run, summary: `run ${run}: ${parts.join(', ')}`, complete: left === 0 };
}
