import { ToolOutputParser, type ToolResult } from '../../../packages/guest/src/tool/output-parser.ts';
import { ResultTally } from '../../../packages/guest/src/tool/tally.ts';
import { holds, same, type Target, utf8 } from '../target.ts';

function resultsOf(bytes: Uint8Array, pieceBytes: number): readonly ToolResult[] {
  const results: ToolResult[] = [];
  const parser = new ToolOutputParser((result) => results.push(result));
  for (let at = 0; at < bytes.length; at += pieceBytes) parser.push(bytes.subarray(at, at + pieceBytes));
  return results;
}

const block = (id: string, status = '0 Success', number = '') =>
  `Result${number}:\n- transaction          = ${id}\n- status               = ${status}\n- value                = 0x0\n- duration             = 412 us\n`;

/** What an exerciser's tool prints, on whichever stream, between dumps of memory. */
export const toolOutput: Target = {
  name: 'tool-output',
  maxBytes: 2048,
  words: [
    block('7'),
    'Result:\n',
    'Result 2:\n',
    '- transaction = ',
    '- status = 22 ',
    '0000: 00 Result:',
    ' us\n',
  ],
  seeds: [
    block('7'),
    block('1') + block('2', '5 I/O error', ' 2'),
    `0000: 00 01\n0010: 02 ${block('3')}`,
  ].map(utf8),
  run: (bytes) => {
    const whole = resultsOf(bytes, bytes.length || 1);
    for (const piece of [1, 13]) same(resultsOf(bytes, piece), whole, `in pieces of ${piece} bytes`);
    const tally = new ResultTally();
    for (const result of whole) {
      holds(result.status >= 0 && result.status <= 4095, 'a status that is no errno');
      holds(Number.isFinite(result.transaction), 'a transaction without number');
      same(result.value === null, result.isSecond, 'a value where there is one');
      tally.add(result);
    }
    same(tally.total, whole.length, 'results counted');
  },
};
