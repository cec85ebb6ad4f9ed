import { describe, expect, it } from 'vitest';
import { parseKernelConfig } from './config.ts';
import { checkFragments, mergeFragments, parseFragment } from './fragments.ts';

const KASAN = parseFragment(
  'kasan',
  '# What it is for.\n\nCONFIG_KASAN=y\n# CONFIG_SLUB_TINY is not set\nCONFIG_LOG_BUF_SHIFT=17\n#? CONFIG_OLD=y\n',
);

describe('a fragment', () => {
  it('has options, among comments', () => {
    expect([...KASAN.settings]).toEqual([
      ['CONFIG_KASAN', { value: 'y', isOptional: false }],
      ['CONFIG_SLUB_TINY', { value: 'n', isOptional: false }],
      ['CONFIG_LOG_BUF_SHIFT', { value: '17', isOptional: false }],
      ['CONFIG_OLD', { value: 'y', isOptional: true }],
    ]);
  });

  it.each([
    ['CONFIG_A=y\nKASAN=y\n', 'line 2 of x is no option of a kernel: "KASAN=y"'],
    ['#!/bin/sh\necho\n', 'line 2 of x is no option'],
    [`\u0000\u001b[2J${'z'.repeat(200)}`, `"??[2J${'z'.repeat(55)}"…`],
    ['# nothing\n', 'x sets no option'],
    ['', 'x sets no option'],
  ])('is refused where it is none: %j', (text, message) => {
    expect(() => parseFragment('x', text)).toThrow(
      expect.objectContaining({ code: 'kernel-unknown', message: expect.stringContaining(message) }),
    );
  });
});

describe('fragments together', () => {
  const own = parseFragment('./my.config', 'CONFIG_KASAN=n\nCONFIG_LOCALVERSION="-x"\nCONFIG_M=m\n');

  it('come to what the last says of each option', () => {
    expect(mergeFragments([KASAN, own])).toBe(
      '# CONFIG_KASAN is not set\n# CONFIG_SLUB_TINY is not set\nCONFIG_LOG_BUF_SHIFT=17\nCONFIG_OLD=y\n' +
        'CONFIG_LOCALVERSION="-x"\nCONFIG_M=m\n',
    );
  });

  const check = (config: string, fragments = [KASAN]) =>
    checkFragments('The kernel k', fragments, parseKernelConfig(config));

  it('are met by a configuration that has all of it', () => {
    check('CONFIG_KASAN=y\nCONFIG_LOG_BUF_SHIFT=17\n');
    check('CONFIG_LOG_BUF_SHIFT=17\nCONFIG_M=y\nCONFIG_LOCALVERSION="-x"\n', [KASAN, own]);
  });

  it.each([
    ['CONFIG_LOG_BUF_SHIFT=17', 'CONFIG_KASAN=y of "kasan" (it is not set)'],
    ['CONFIG_KASAN=m\nCONFIG_LOG_BUF_SHIFT=17', 'CONFIG_KASAN=y of "kasan" (it is m)'],
    ['CONFIG_KASAN=y\nCONFIG_LOG_BUF_SHIFT=16', 'CONFIG_LOG_BUF_SHIFT=17 of "kasan" (it is 16)'],
    [
      'CONFIG_KASAN=y\nCONFIG_LOG_BUF_SHIFT=17\nCONFIG_SLUB_TINY=y',
      'CONFIG_SLUB_TINY=n of "kasan" (it is y)',
    ],
  ])('that were dropped are named with who wants them: %j', (config, message) => {
    expect(() => check(config)).toThrow(
      expect.objectContaining({ code: 'kernel-unusable', message: `The kernel k has not taken ${message}.` }),
    );
  });
});
