import { describe, expect, it } from 'vitest';
import { sampleModule } from '../testing/sample-module.ts';
import { readModinfo } from './modinfo.ts';

describe('readModinfo', () => {
  it('reads the values of a key', () => {
    const module = sampleModule(
      '.modinfo',
      'license=GPL\0depends=9pnet,netfs\0name=9p\0alias=fs-9p\0alias=x\0',
    );
    expect(readModinfo(module, 'depends')).toEqual(['9pnet,netfs']);
    expect(readModinfo(module, 'alias')).toEqual(['fs-9p', 'x']);
    expect(readModinfo(module, 'end')).toEqual([]);
  });

  it('gives nothing without the section', () => {
    expect(readModinfo(sampleModule('.text', 'depends=x\0'), 'depends')).toEqual([]);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['something else', Buffer.alloc(100, 'x')],
    ['a table beyond the end', Buffer.concat([Buffer.from('7f454c460201', 'hex'), Buffer.alloc(100, 0xff)])],
  ])('refuses %s', (_, file) => expect(() => readModinfo(file, 'depends')).toThrow(RangeError));
});
