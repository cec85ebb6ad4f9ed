import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { batchLauncher } from './scheduling.ts';

/** /proc/[pid]/stat, field 41, of proc_pid_stat(5): `SCHED_BATCH` is 3. */
const policyIn = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38];

function launched(command: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const [program = '', ...words] = [...batchLauncher(command), ...command];
  return execFileSync(program, words, { env, encoding: 'utf8' });
}

describe('batchLauncher', () => {
  it('has a program, and what it starts, run as batch', () => {
    expect(policyIn(launched(['cat', '/proc/self/stat']))).toBe('3');
    expect(policyIn(launched(['/bin/sh', '-c', 'cat /proc/self/stat; :']))).toBe('3');
  });

  it('hands every word on as it is', () => {
    const words = ['a b', '', '$HOME', "'", '*'];
    expect(launched(['printf', '%s\n', ...words])).toBe(words.map((word) => `${word}\n`).join(''));
  });

  it('starts a program all the same where there is no chrt', () => {
    expect(policyIn(launched(['/bin/cat', '/proc/self/stat'], { PATH: '/nowhere' }))).toBe('0');
  });

  it.each([
    ['that is not there', '/nowhere/qemu'],
    ['that $PATH has not', 'no-such-program'],
    ['that is none', '/etc/passwd'],
  ])('leaves a program %s to its own error', (_, program) => {
    expect(batchLauncher([program])).toEqual([]);
  });
});
