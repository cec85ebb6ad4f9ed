import { describe, expect, it } from 'vitest';
import { withoutSignature } from './signature.ts';

const MARK = Buffer.from('~Module signature appended~\n');
const content = Buffer.from('\x7fELF and so on');

function signed(signature: string, claimed = signature.length): Buffer {
  const description = Buffer.alloc(12);
  description.writeUInt32BE(claimed, 8);
  return Buffer.concat([content, Buffer.from(signature), description, MARK]);
}

describe('withoutSignature', () => {
  it('leaves the module alone', () => expect(withoutSignature(signed('PKCS#7'))).toEqual(content));

  it('takes a signature of any length', () => {
    for (const length of [0, 1, 687]) expect(withoutSignature(signed('x'.repeat(length)))).toEqual(content);
  });

  it.each([
    ['an unsigned module', content],
    ['nothing', Buffer.alloc(0)],
    ['the mark alone', MARK],
    ['a length beyond the start', signed('x', 1000)],
  ])('changes nothing in %s', (_, module) => expect(withoutSignature(module)).toEqual(module));
});
