import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinPlans, parsePlan } from '../plan/index.ts';
import { checkCommand } from './index.ts';

const { tests } = parsePlan(builtinPlans.get('default') ?? '', 'default');
const [program] = parsePlan('tests:\n- { run: ./a b, interrupts: 3 }\n', 'p').tests;
const run = { type: 'run', round: 3, tests: [...tests] } as const;

describe('checkCommand', () => {
  it.each([
    run,
    { ...run, tests: [program] },
    { type: 'abort', reason: 'enough' },
    { type: 'dump' },
    { type: 'finish' },
  ])('accepts $type', (command) => expect(checkCommand(command)).toEqual(command));

  it.each<[unknown, string]>([
    [null, 'a command must be a map'],
    [[], 'a command must be a map'],
    [{ type: 'reboot' }, 'a command of no known type'],
    [{ type: 'dump', now: true }, 'a dump has no other fields'],
    [{ type: 'abort' }, 'an abort needs a reason, and nothing else'],
    [{ ...run, tests: [] }, 'a run needs 1 to 256 tests'],
    [{ ...run, round: -1 }, 'a run needs the number of its round'],
    [{ ...run, tests: [tests[0], { ...tests[1], extra: 1 }] }, 'test 2 of a run is not a test step'],
    [{ ...run, tests: [{ ...tests[0], size: 2 ** 30 }] }, 'test 1 of a run is not a test step'],
    [{ ...run, tests: [{ ...tests[0], mode: 'format' }] }, 'test 1 of a run is not a test step'],
    [{ ...run, tests: [{ ...program, command: [] }] }, 'test 1 of a run is not a test step'],
    [{ ...run, tests: [{ ...program, format: 'xml' }] }, 'test 1 of a run is not a test step'],
    [{ ...run, tests: [{ ...program, size: 8 }] }, 'test 1 of a run is not a test step'],
    [
      { ...run, tests: [{ ...program, interrupts: { min: -1, max: 2 } }] },
      'test 1 of a run is not a test step',
    ],
    [{ ...run, tests: [{ ...tests[0], timeout_ms: undefined }] }, 'test 1 of a run is not a test step'],
  ])('refuses %j', (command, why) => expect(checkCommand(command)).toBe(why));

  it('never throws, and lets nothing through that it was not given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const checked = checkCommand(value);
        if (typeof checked !== 'string') expect(value).toEqual(checked);
      }),
    );
  });
});
