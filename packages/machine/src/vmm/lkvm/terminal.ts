import { CoordinatorError } from '@coordinator/base/errors';
import { quoteWord } from '@coordinator/base/programs';
import type { VmmCommand } from '../child.ts';

/**
 * kvmtool takes input for its guest's serial console from nothing but a terminal.
 * @param helper the kit's `on-terminal`, which leaves the program's standard error apart; without one it is `script` of
 * util-linux or BusyBox. Either ends with the program, and takes it along when it is killed itself.
 */
export function onTerminal(helper: string | null, argv: VmmCommand): VmmCommand {
  if (helper !== null) return [helper, ...argv];
  return ['script', '-q', '-f', '-c', `exec ${argv.map(quoteWord).join(' ')}`, '/dev/null'];
}

export function noTerminal(cause: unknown): CoordinatorError {
  return new CoordinatorError(
    'kvmtool needs a terminal for a login on its console, and there is neither the on-terminal of the kit nor `script` ' +
      'to give it one',
    {
      remedy: 'use the kit that set-up makes, install script, of util-linux or BusyBox, or use QEMU',
      cause,
    },
  );
}
