import { Command, type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import type { TestOptions } from '../session/options.ts';
import { repeatCommand } from '../session/repeat-command.ts';
import { isSwitch } from './config-file.ts';
import { defineStress } from './stress.ts';
import { defineTest } from './test.ts';

/** Each option of a run either is in the command that repeats a round of it, or is known to make no difference to one. */

/** Options that change neither a guest nor how it is judged. One that is new stands here, or is repeated. */
const NOT_REPEATED: Readonly<Record<string, string>> = {
  guests: 'a round is repeated alone',
  jobs: 'so it is',
  rounds: 'so it is',
  duration: 'so it is',
  mode: 'so it is',
  rampUp: 'so it is',
  maxFailures: 'so it is',
  retry: 'whoever repeats a round wants its first end',
  chaos: 'a round that a fault explains is none to repeat',
  chaosRate: 'so it is',
  queue: 'whose host it was makes no difference',
  key: 'so it is',
  on: 'so it is',
  lostAfter: 'so it is',
  priority: 'so it is',
  list: 'runs nothing',
  follow: 'is for who looks on',
  hold: 'so it is',
  serve: 'so it is',
  color: 'so it is',
  reporter: 'is for what is written of the run',
  timings: 'so it is',
  vmlinux: 'so it is',
  bisect: 'so it is',
  runs: 'is where runs are kept',
  keepRuns: 'so it is',
  keep: 'so it is',
  cache: 'is where built files are, which the other options choose',
  config: 'what a file says are options like others here',
  loginPassword: 'is in no list of processes: $COORDINATOR_LOGIN_PASSWORD',
};

/** What makes an option of a command apply. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  lkvm: ['--vmm', 'lkvm'],
  loginUser: ['--console-login'],
  loginPassword: ['--console-login'],
  loginPrompt: ['--console-login'],
  passwordPrompt: ['--console-login'],
  shellPrompt: ['--console-login'],
  loginMount: ['--console-login'],
};

/** Some option takes each of them. */
const VALUES = ['7', '7m', '512M', 'kill-guest', '/srv/share', "it's [#$] *$", '7%', '90d'];

const commandOf = (name: 'test' | 'stress'): Command => {
  const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
  (name === 'test' ? defineTest : defineStress)(
    command,
    () => {},
    async () => new Command(),
  );
  return command.action(() => {});
};

function parse(name: 'test' | 'stress', words: readonly string[]): TestOptions & Record<string, unknown> {
  const command = commandOf(name);
  command.parse(words, { from: 'user' });
  return command.opts();
}

/** Words that give an option a value that it has not anyway. */
function wordsFor(name: 'test' | 'stress', option: Option): string[] {
  const key = option.attributeName();
  const companions = COMPANIONS[key] ?? [];
  const usual = parse(name, companions)[key];
  const flag = option.long ?? '';
  const candidates = isSwitch(option)
    ? [[flag]]
    : (option.argChoices ?? VALUES).map((value) => [flag, value]);
  const words = candidates.find((candidate) => {
    try {
      const given = parse(name, [...companions, ...candidate])[key];
      return JSON.stringify(given) !== JSON.stringify(usual);
    } catch {
      return false;
    }
  });
  if (!words) throw new Error(`no value for ${flag}`);
  return [...companions, ...words];
}

/** The words of a command line as a shell has them. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped),
  );
}

describe.each(['test', 'stress'] as const)('what repeats a round of coordinator %s', (name) => {
  const options = commandOf(name).options.map((option) => [option.attributeName(), option] as const);

  it.each(options.filter(([key]) => !(key in NOT_REPEATED)))('has %s', (key, option) => {
    const given = parse(name, wordsFor(name, option));
    const [program, command, ...words] = shellWords(
      repeatCommand(given, given.seed ?? 7, given.vary ?? 'seeds'),
    );
    expect([program, command]).toEqual(['coordinator', 'test']);
    expect(parse('test', words)[key]).toEqual(given[key]);
  });

  it.each(options.filter(([key]) => key in NOT_REPEATED))('lacks %s', (key, option) => {
    const given = parse(name, wordsFor(name, option));
    const words = shellWords(repeatCommand(given, 7, 'seeds')).slice(2);
    expect(parse('test', words)[key]).toEqual(parse('test', [])[key]);
  });
});

it('knows no option that there is not', () => {
  const known = new Set(
    (['test', 'stress'] as const).flatMap((name) =>
      commandOf(name).options.map((option) => option.attributeName()),
    ),
  );
  expect(Object.keys({ ...NOT_REPEATED, ...COMPANIONS }).filter((key) => !known.has(key))).toEqual([]);
});
