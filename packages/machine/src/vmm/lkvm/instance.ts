import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '@coordinator/base/user';

/** The name by which `lkvm list` and `lkvm stop` know a guest of a run: short, and no other run's. */
export function lkvmInstance(run: string, guest: string): string {
  return `${run.slice(-4)}-${guest}`;
}

/**
 * Removes the socket of an instance whose process is gone: kvmtool does so itself only when it ends by itself, and
 * warns of one that is left. It lies in the home of whoever started it.
 */
export function removeLkvmSocket(instance: string, home = process.env['HOME'] ?? homeFolder()): void {
  rmSync(join(home, '.lkvm', `${instance}.sock`), { force: true });
}
