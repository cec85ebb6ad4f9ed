import type { ProgramReport } from '@coordinator/shared/exerciser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RESULTS, TapParser } from './tap-parser.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function parse(...pieces: readonly string[]): Omit<ProgramReport, 'status'> {
  const parser = new TapParser();
  for (const piece of pieces) parser.push(bytesOf(piece));
  return parser.finish();
}

const listed = (text: string) =>
  parse(text).subtests.map(({ name, outcome, message }) => [name, outcome, message]);

const kselftest = `TAP version 13
1..3
# selftests: pci
ok 1 bind
# expected 1, got 2
not ok 2 reset - function level # dmesg follows
ok 3 # SKIP no such device
# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:0
`;

const kunit = `KTAP version 1
1..1
  KTAP version 1
  1..2
    KTAP version 1
    # Subtest: inner
    1..2
    ok 1 a
    ok 2 b
  ok 1 inner
  ok 2 other
ok 1 suite
`;

describe('TapParser', () => {
  it('reads what a kselftest prints', () => {
    expect(parse(kselftest)).toMatchObject({ planned: 3, results: 3, unlisted: 0, problem: null });
    expect(listed(kselftest)).toEqual([
      ['bind', 'pass', null],
      ['reset - function level', 'fail', 'expected 1, got 2'],
      ['3', 'skip', 'no such device'],
    ]);
  });

  it('reads nested results, and names them by whom they are of', () => {
    const { subtests, ...rest } = parse(kunit);
    expect(rest).toMatchObject({ planned: 1, results: 1, problem: null });
    expect(subtests.map(({ name, depth }) => [name, depth])).toEqual([
      ['suite', 0],
      ['suite/inner', 1],
      ['suite/inner/a', 2],
      ['suite/inner/b', 2],
      ['suite/other', 1],
    ]);
  });

  it.each([
    ['a nested plan that is short', '  1..2\n  ok 1 a\nok 1 s\n', 'came, where its plan is 1..2'],
    ['a nested failure that its parent keeps quiet about', '  not ok 1 a\nok 1 s\n', 'its sub-test a failed'],
    ['nested results out of order', '  ok 2 a\nok 1 s\n', 'sub-test 2 came where 1 was due'],
  ])('fails the parent of %s', (_, text, why) => {
    expect(parse(text).subtests[0]).toMatchObject({ name: 's', outcome: 'fail' });
    expect(parse(text).subtests[0]?.message).toContain(why);
  });

  it.each([
    ['ok 1 a\nBail out! no device\n', 'Bail out! no device'],
    ['1..2\nok 1 a\nok 2 b\n1..2\n', 'it has two plans'],
    ['ok 1 a\nok 3 c\n', 'sub-test 3 came where 2 was due'],
    ['1..1\nok 1 a\n  ok 1 b\n', 'nested sub-tests came without a result'],
  ])('says what is wrong with %j', (text, problem) => expect(parse(text).problem).toContain(problem));

  it.each([
    ['not ok 1 a # TODO later\n', ['a', 'skip', 'TODO later']],
    ['ok 1 a # XFAIL known\n', ['a', 'pass', null]],
    ['not ok 1 - a # TIMEOUT 45 seconds\n', ['a', 'fail', 'TIMEOUT 45 seconds']],
    ['ok\n', ['1', 'pass', null]],
    ['ok 1 - a \\# b\n', ['a # b', 'pass', null]],
    ['not ok 1 a # skip: because\n', ['a', 'skip', 'because']],
  ])('%j', (text, expected) => expect(listed(text)).toEqual([expected]));

  it('takes no other text for results', () => {
    expect(parse('okay\nnothing\nok: 3\n ---\n  message: ok\n ...\nTAP version 14\n1.5\n')).toMatchObject({
      planned: null,
      results: 0,
    });
  });

  it('is the same in pieces of any size', () => {
    const text = kselftest + kunit;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const pieces: string[] = [];
        for (let at = 0, n = 0; at < text.length; n++) {
          const size = sizes[n % sizes.length] as number;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(parse(...pieces)).toEqual(parse(text));
      }),
    );
  });

  it('lists so many, counts the rest, and has enough at some time', () => {
    const parser = new TapParser();
    const line = (number: number) => bytesOf(`${number % 2 ? 'ok' : 'not ok'} ${number} x\n`);
    let number = 1;
    while (!parser.push(line(number))) number += 1;
    expect(number).toBe(MAX_RESULTS);
    const { subtests, unlisted, unlisted_failed, results } = parser.finish();
    expect([subtests.length, unlisted, unlisted_failed, results]).toEqual([400, 1600, 800, 2000]);
  });

  it('never throws, and keeps within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom('ok', 'not ok', '1..', '# ', ' ', '\n', '  ok 1 ', '\\#', '9'),
            fc.string(),
          ),
        ),
        (pieces) => {
          const { subtests } = parse(...pieces);
          for (const { name, message, depth } of subtests) {
            expect(name.length).toBeGreaterThan(0);
            expect(name.length).toBeLessThanOrEqual(128);
            expect(message?.length ?? 0).toBeLessThanOrEqual(160);
            expect(depth).toBeLessThanOrEqual(8);
          }
        },
      ),
    );
  });
});
