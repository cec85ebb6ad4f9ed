import { describe, expect, it } from 'vitest';
import { parseFrame, SymbolSearch } from './frame.ts';

const symbols = `ffff800080010000 T _text
ffff800080010000 t $x
ffff800080010040 t helper
ffff800080010048 t $d
ffff800080010080 T sysrq_handle_crash
ffff8000800100b0 t helper
ffff800080010100 T panic
ffff800080010100 T vpanic
ffff800080010200 D data`;

describe('the place of a frame', () => {
  const frames = [
    'sysrq_handle_crash+0x20/0x30',
    'helper+0x4/0x50',
    'helper+0x8/0x40',
    'vpanic+0x10/0x100',
    'panic+0x1/0x80',
  ];
  const parsed = frames.map((text) => parseFrame(text)).filter((frame) => frame !== null);
  const search = new SymbolSearch(parsed);
  for (const line of symbols.split('\n')) search.push(line);

  it('is that of the function of its name and length', () => {
    expect(parsed.map((frame) => search.addressOf(frame))).toEqual([
      '0xffff8000800100a0',
      '0xffff8000800100b4',
      '0xffff800080010048',
      '0xffff800080010110',
      // As in another kernel.
      null,
    ]);
  });

  it('is not looked for in modules, and not twice', () => {
    for (const text of ['f+0x1/0x2 [smmute_pci]', 'f+0x1/0x2 (kernel/panic.c:3)', 'f', '-e+0x1/0x2'])
      expect(parseFrame(text)).toBeNull();
  });
});
