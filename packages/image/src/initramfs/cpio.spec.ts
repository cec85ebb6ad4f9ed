import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CPIO_HEADER_SIZE, packCpio } from './cpio.ts';

describe('packCpio', () => {
  it('writes a file entry byte for byte', () => {
    const archive = packCpio([{ kind: 'file', path: 'init', mode: 0o755, content: Buffer.from('#!x') }]);
    const header = [
      '070701',
      ...['00000001', '000081ed', '00000000', '00000000', '00000001', '00000000', '00000003'],
      ...['00000000', '00000000', '00000000', '00000000', '00000005', '00000000'],
    ].join('');
    expect(header).toHaveLength(CPIO_HEADER_SIZE);
    // 110 + 5 bytes of name, padded to 116; 3 bytes of content, padded to 4.
    expect(archive.toString('latin1', 0, 120)).toBe(`${header}init\0\0#!x\0`);
    expect(archive.toString('latin1', 120).startsWith('070701')).toBe(true);
    expect(archive.includes('TRAILER!!!\0')).toBe(true);
    expect(archive.length % 4).toBe(0);
  });

  it('records type, links and device numbers', () => {
    const archive = packCpio([
      { kind: 'directory', path: 'dev' },
      { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
      { kind: 'symlink', path: 'sh', target: 'busybox' },
    ]);
    const field = (path: string, index: number) => {
      const start = archive.indexOf(`${path}\0`) - CPIO_HEADER_SIZE + 6 + index * 8;
      return Number.parseInt(archive.toString('latin1', start, start + 8), 16);
    };
    expect(field('dev', 1)).toBe(0o040755);
    expect(field('dev', 4)).toBe(2);
    expect(field('dev/console', 1)).toBe(0o020600);
    expect([field('dev/console', 9), field('dev/console', 10)]).toEqual([5, 1]);
    expect(field('sh', 1)).toBe(0o120777);
    expect(field('sh', 6)).toBe('busybox'.length);
  });

  it('gives the same bytes for the same entries', () => {
    const archive = packCpio([
      { kind: 'directory', path: 'dev' },
      { kind: 'file', path: 'a', content: Buffer.from('1') },
    ]);
    // Of today's archive: neither the time nor whoever builds it may be in the next one.
    expect(createHash('sha256').update(archive).digest('hex')).toBe(
      '9755829d941503d5f2e67dccfa902fa4cbbde07fba1296dbb37624ed87753bf3',
    );
  });

  it.each([
    ['an absolute path', [{ kind: 'directory', path: '/dev' }]],
    ['a missing folder', [{ kind: 'directory', path: 'usr/bin' }]],
    [
      'a repeated path',
      [
        { kind: 'directory', path: 'dev' },
        { kind: 'directory', path: 'dev' },
      ],
    ],
  ] as const)('refuses %s', (_, entries) => {
    expect(() => packCpio(entries)).toThrow(RangeError);
  });
});
