import { describe, expect, it } from 'vitest';
import { isLoopback, parseListenAddress } from './listen-address.ts';

describe('an address to listen at', () => {
  it.each([
    ['8080', '127.0.0.1', 8080],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['localhost:8080', 'localhost', 8080],
    ['[::1]:8080', '::1', 8080],
    ['lab-7.example.org:8080', 'lab-7.example.org', 8080],
  ])('%s', (text, host, port) => {
    expect(parseListenAddress(text, '--serve')).toEqual({ host, port });
  });

  it.each([
    '',
    ':8080',
    '80a',
    '65536',
    '-1',
    '::1:8080',
    '[::1]',
    '[127.0.0.1]:80',
    'a b:80',
    'http://x:80',
    '1.5',
  ])('is not "%s"', (text) => {
    expect(() => parseListenAddress(text, '--serve')).toThrow(`--serve: "${text}" is not [HOST:]PORT`);
  });

  it('is of this machine alone, or not', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.nip.io', 'lab'])
      expect(isLoopback(host), host).toBe(false);
  });
});
