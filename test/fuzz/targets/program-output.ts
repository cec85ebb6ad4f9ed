import { contradictionInList, type ProgramReport, subTestLimits } from '@coordinator/shared/exerciser';
import { messageSchema } from '@coordinator/shared/message';
import { MAX_RESULTS, TapParser } from '../../../packages/guest/src/program/tap-parser.ts';
import { holds, same, type Target, utf8 } from '../target.ts';

function reportOf(bytes: Uint8Array, pieceBytes: number): ProgramReport {
  const parser = new TapParser();
  for (let at = 0; at < bytes.length; at += pieceBytes) parser.push(bytes.subarray(at, at + pieceBytes));
  return { ...parser.finish(), status: 0 };
}

/** What a program of the user's prints: KTAP, TAP, and anything. */
export const programOutput: Target = {
  name: 'program-output',
  maxBytes: 2048,
  words: [
    'ok',
    'not ok ',
    ' 1 ',
    '1..3',
    '\n',
    '  ',
    '    ',
    '# SKIP ',
    ' # TODO',
    '# Subtest: ',
    'Bail out! ',
    '\\#',
    '- ',
  ],
  seeds: [
    'TAP version 13\n1..2\nok 1 - a\n# why\nnot ok 2 - b # TIMEOUT 45 seconds\n',
    'KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n    1..1\n    ok 1 x\n  ok 1 a\n  ok 2 b # SKIP no\nok 1 s\n',
    'ok\nBail out! gone\n1..1\n',
  ].map(utf8),
  run: (bytes) => {
    const whole = reportOf(bytes, bytes.length || 1);
    for (const piece of [1, 13]) same(reportOf(bytes, piece), whole, `in pieces of ${piece} bytes`);
    holds(contradictionInList(whole) === null, 'a list that contradicts its numbers');
    holds(whole.subtests.length + whole.unlisted <= MAX_RESULTS, 'more results than are read');
    for (const { depth } of whole.subtests) holds(depth <= subTestLimits.depth, 'nested too deep');
    const nothing = {
      transactions: 0,
      misconfigured: 0,
      aborted: 0,
      duration_ms: 0,
      message: null,
      output: null,
    };
    const message = {
      ...{ type: 'test-end', name: 'a', outcome: 'fail', ...nothing, transaction_us: null, latency_us: [] },
      program: whole,
    };
    holds(messageSchema.safeParse(message).success, 'a report that is no message');
  },
};
