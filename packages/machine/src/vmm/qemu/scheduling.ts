import { findInPath, isExecutable } from '@coordinator/base/programs';
import type { VmmCommand } from '../child.ts';

/** Goes on with the program whether or not there is a chrt, and may set that. */
const SCRIPT = 'chrt --batch --pid 0 $$ >/dev/null 2>&1; exec "$@"';

/**
 * What starts a VMM that emulates processors, so that its threads do not displace those that wake them (`SCHED_BATCH`, sched(7)).
 * They did where there are more of them than processors: an emulated processor that interrupts another while it holds a lock was
 * displaced by that one, which then waited for the lock until the host's scheduler took turns.
 *
 * @returns what is to come before the program's words: nothing for one that cannot be started, so that the error is its own
 */
export function batchLauncher([program]: VmmCommand): readonly string[] {
  if (program === undefined) return [];
  const found = program.includes('/') ? isExecutable(program) : findInPath(program) !== null;
  return found ? ['/bin/sh', '-c', SCRIPT, 'sh'] : [];
}
