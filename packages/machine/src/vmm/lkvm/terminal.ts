import { CoordinatorError } from '@coordinator/base/errors';
import type { VmmCommand } from '../child.ts';

/**
 * kvmtool takes input for its guest's serial console from nothing but a terminal. `script`, of util-linux or BusyBox,
 * gives a program one; it ends with it, and takes it along when it is killed itself.
 */
export function onTerminal(argv: VmmCommand): VmmCommand {
  return ['script', '-q', '-f', '-c', `exec ${argv.map(quote).join(' ')}`, '/dev/null'];
}

export function noTerminal(cause: unknown): CoordinatorError {
  return new CoordinatorError(
    'kvmtool needs a terminal for a login on its console, and there is no `script` to give it one',
    {
      remedy: 'install script, of util-linux or BusyBox, or use QEMU',
      cause,
    },
  );
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
