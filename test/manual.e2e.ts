import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';

/** Completions and pages of the manual: each shell is asked what it would complete. */

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manual-'));
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(folder, shell), (await coordinator('completion', shell)).stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;

const lines: readonly [line: string, completed: readonly string[]][] = [
  ['coordinator te', ['test']],
  ['coordinator lab u', ['up']],
  ['coordinator test --platform v', ['virtual']],
  ['coordinator stress --mode l', ['loop']],
  ['coordinator selftest --sho', ['--short']],
  ['coordinator lab up --iom', ['--iommu']],
  ['coordinator completion f', ['fish']],
];

describe('coordinator completion', () => {
  it.each(lines)('bash: %s', (line, completed) => {
    expect(askBash(line)).toEqual(completed);
  });

  it('bash: offers all there is, files where files belong, and nothing where nobody knows', () => {
    expect(askBash('coordinator test --platform ')).toEqual(['auto', 'virtual', 'host', 'lab']);
    expect(askBash('coordinator lab ')).toEqual(expect.arrayContaining(['up', 'down', 'status', 'exec']));
    expect(askBash('coordinator test --guests ')).toEqual([]);
    expect(askBash(`coordinator test --files ${folder.slice(0, -1)}`)).toContain(folder);
  });

  it.skipIf(!isThere('fish')).each(lines)('fish: %s', (line, completed) => {
    const script = 'source $argv[1]; complete -C $argv[2]';
    const out = execFileSync('fish', ['--no-config', '-c', script, join(folder, 'fish'), line], {
      encoding: 'utf8',
    });
    expect(
      out
        .trim()
        .split('\n')
        .map((one) => one.split('\t')[0]),
    ).toEqual(completed);
  });

  it.skipIf(!isThere('zsh')).each(lines)('zsh: %s', (line, completed) => {
    // What the line editor holds after a tab; it reads keys from when it has shown its prompt.
    const script = `
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1='@''@'; autoload -Uz compinit; compinit -u -D; source $1"
      zpty -w z 'show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey ^G show; print re""ady'
      zpty -r z out '*ready*@@*'
      zpty -n -w z "$2"$'\\t\\a'
      zpty -r z out '*<*>*'
      print -r -- "$out"
      zpty -d z`;
    const out = execFileSync('zsh', ['-f', '-c', script, 'zsh', join(folder, 'zsh'), line], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    const whole = `<${[...line.split(' ').slice(0, -1), completed[0]].join(' ')}`;
    expect(out).toContain(whole);
  });

  it('knows no other shell', async () => {
    const { code, stderr } = await coordinator('completion', 'csh');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});

describe('coordinator man', () => {
  it('has a page of every command, with all that its help has', async () => {
    const pages = join(folder, 'man1');
    expect((await coordinator('man', '--out', pages)).code).toBe(0);
    expect(readdirSync(pages)).toEqual(
      expect.arrayContaining(['coordinator.1', 'coordinator-test.1', 'coordinator-lab-up.1']),
    );
    for (const command of [['test'], ['stress'], ['lab', 'exec'], ['report']]) {
      const { stdout: help } = await coordinator(...command, '--help');
      const page = readFileSync(join(pages, `coordinator-${command.join('-')}.1`), 'utf8');
      const said = page.replaceAll('\\-', '-');
      const options = [...help.matchAll(/--[a-z][a-z-]+/g)]
        .map(([option]) => option)
        .filter((one) => one !== '--version');
      expect(options.length).toBeGreaterThan(0);
      for (const option of options) expect(said, option).toContain(option);
      expect((await coordinator('man', ...command)).stdout).toBe(page);
    }
  });

  it.skipIf(!isThere('mandoc'))('is roff that mandoc has nothing against', async () => {
    const pages = join(folder, 'man1');
    const files = readdirSync(pages).map((name) => join(pages, name));
    expect(spawnSync('mandoc', ['-T', 'lint', '-W', 'error', ...files], { encoding: 'utf8' }).stdout).toBe(
      '',
    );
  });

  it('names the commands there are', async () => {
    const { code, stderr } = await coordinator('man', 'lab', 'dwn');
    expect(code).toBe(2);
    expect(stderr).toContain('coordinator lab has no command dwn');
  });
});

function askBash(line: string): string[] {
  const script = `
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _coordinator 2>/dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync(
    'bash',
    ['--norc', '-c', script, 'bash', join(folder, 'bash'), ...line.split(' ')],
    {
      encoding: 'utf8',
    },
  );
  return out.split('\n').filter((word) => word !== '');
}
