import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** No entry of /etc/passwd has it. */
const UNKNOWN = 1_234_567_890;

/** What an expression with the module's exports comes to for such a user. */
function evaluate(expression: string, env: NodeJS.ProcessEnv): string {
  const contents = `import * as user from './user.ts';
    try { console.log(${expression}); } catch (error) { console.log(error.name, error.message); }`;
  const { outputFiles } = buildSync({
    ...{ stdin: { contents, resolveDir: import.meta.dirname }, bundle: true, write: false },
    ...{ format: 'esm', platform: 'node', conditions: ['@coordinator/source'] },
  });
  const [code] = outputFiles;
  const input = code?.text ?? '';
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    ...{ input, env, uid: UNKNOWN, encoding: 'utf8', cwd: '/' },
  });
  return stdout.trim() || stderr;
}

describe.skipIf(process.getuid?.() !== 0)('a user whom /etc/passwd does not know', () => {
  it('has a number', () => expect(evaluate('user.ownUid()', {})).toBe(String(UNKNOWN)));

  it('has the home that $HOME says, and without it a sentence', () => {
    expect(evaluate('user.homeFolder()', { HOME: '/h' })).toBe('/h');
    expect(evaluate('user.homeFolder()', {})).toBe(`CoordinatorError user ${UNKNOWN} has no home folder`);
  });
});
