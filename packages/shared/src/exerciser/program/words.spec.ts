import { describe, expect, it } from 'vitest';
import { splitWords } from './words.ts';

describe('splitWords', () => {
  it.each([
    ['./my-test.sh --flag', ['./my-test.sh', '--flag']],
    ['  a\t b  ', ['a', 'b']],
    [`sh -c 'smmute -n 2 "$COORDINATOR_NODE" | wc'`, ['sh', '-c', 'smmute -n 2 "$COORDINATOR_NODE" | wc']],
    [`a "b \\" $c" '' d\\ e`, ['a', 'b " $c', '', 'd e']],
    ['--size=0x100', ['--size=0x100']],
    ['', []],
  ])('%s', (line, words) => expect(splitWords(line)).toEqual(words));

  it.each(['a | b', 'a > b', 'a $B', 'a && b', 'a *.sh', 'a; b', 'a\nb'])('refuses %s', (line) =>
    expect(() => splitWords(line)).toThrow("sh -c '…'"),
  );

  it('refuses a quote that is not closed', () => expect(() => splitWords(`a 'b`)).toThrow('is not closed'));
});
