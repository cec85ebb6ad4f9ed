import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('reads the command line', () => {
  expect(parseOptions(['--kit', '/mnt'])).toEqual({ kit: '/mnt', results: null, powerOff: true, root: '' });
  expect(parseOptions(['--no-power-off', '--results', '/r', '--kit', '/mnt'])).toMatchObject({
    results: '/r',
    powerOff: false,
  });
});

it.each([
  [[], '--kit DIR is missing'],
  [['--kit'], '--kit needs a folder'],
  [['--kit', '/mnt', '-x'], 'unknown option -x'],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
