import { describe, expect, it } from 'vitest';
import { kernelReleaseOf, packageSpec, parsePrintUris } from './package-file.ts';
import { configurationFile } from './private-root.ts';
import { mirrorsToTry, sourcesFile } from './sources.ts';
import { parseDownloadFraction } from './update.ts';

const HASH = 'c833be48abfa16bc19c4966ec93e289ff1ce5d2f1476cad3a57bd105378cd15c';
const LINE =
  `'http://deb.debian.org/debian/pool/main/b/busybox/busybox-static_1.37.0-6%2bb9_arm64.deb' ` +
  `busybox-static_1%3a1.37.0-6+b9_arm64.deb 847552 SHA256:${HASH}`;

describe('parsePrintUris', () => {
  it('reads what apt prints, epoch included', () => {
    const [one, ...more] = parsePrintUris(`${LINE}\n`);
    expect(more).toEqual([]);
    expect(one).toEqual({
      name: 'busybox-static',
      version: '1:1.37.0-6+b9',
      architecture: 'arm64',
      file: 'busybox-static_1%3a1.37.0-6+b9_arm64.deb',
      size: 847552,
      sha256: HASH,
    });
    expect(one && packageSpec(one)).toBe('busybox-static:arm64=1:1.37.0-6+b9');
  });

  it('refuses a line without a SHA-256, or with a path for a name', () => {
    expect(() =>
      parsePrintUris(LINE.replace(/SHA256:.*/, 'MD5Sum:350a0c1b4b19d2ea8d2ff98ba42a54da')),
    ).toThrow(RangeError);
    expect(() => parsePrintUris(LINE.replace(' busybox-static_', ' ../../busybox-static_'))).toThrow(
      RangeError,
    );
  });

  it('asks for a package of all architectures without one', () => {
    const [one] = parsePrintUris(LINE.replaceAll('_arm64', '_all'));
    expect(one && packageSpec(one)).toBe('busybox-static=1:1.37.0-6+b9');
  });
});

describe('kernelReleaseOf', () => {
  it.each([
    [
      'Package: linux-image-arm64\nDepends: linux-image-6.12.118+deb13-arm64 (= 6.12.118-1)\n',
      '6.12.118+deb13-arm64',
    ],
    ['Depends: foo, linux-image-7.3.4+deb13-arm64\n', '7.3.4+deb13-arm64'],
    ['Package: linux-image-arm64\n', null],
  ])('%#', (record, release) => expect(kernelReleaseOf(record)).toBe(release));
});

describe('parseDownloadFraction', () => {
  it.each([
    ['dlstatus:12:63.4494:Retrieving file 12 of 90', 0.634494],
    ['dlstatus:1:100.0000:done', 1],
    ['pmstatus:dpkg:50:Installing', null],
    ['', null],
  ])('%s', (line, fraction) => expect(parseDownloadFraction(line)).toBe(fraction));
});

describe('mirrorsToTry', () => {
  const official = {
    archive: 'http://deb.debian.org/debian',
    security: 'http://deb.debian.org/debian-security',
  };
  const targets = 'http://mirror.example/debian/ bookworm\nhttp://mirror.example/sec/ bookworm-security\n';

  it('takes the one asked for and no other', () => {
    expect(mirrorsToTry('http://x/debian/', targets, true)).toEqual([
      { archive: 'http://x/debian', security: 'http://x/debian-security' },
    ]);
    expect(mirrorsToTry('file:///srv/mirror', targets, true)).toEqual([
      { archive: 'file:///srv/mirror', security: null },
    ]);
  });

  it("takes a Debian host's own, then Debian's", () => {
    const own = { archive: 'http://mirror.example/debian', security: 'http://mirror.example/sec' };
    expect(mirrorsToTry(undefined, targets, true)).toEqual([own, official]);
  });

  it("takes Debian's on a derivative, or when the host names none", () => {
    expect(mirrorsToTry(undefined, 'http://archive.ubuntu.com/ubuntu/ noble\n', false)).toEqual([official]);
    expect(mirrorsToTry(undefined, targets, false)).toEqual([official]);
    expect(mirrorsToTry(undefined, '', true)).toEqual([official]);
  });
});

describe('configuration', () => {
  it('never lets unsigned packages in, whatever the host allows', () => {
    const text = configurationFile('/cache/apt', 'amd64');
    for (const name of [
      'AllowInsecureRepositories',
      'AllowWeakRepositories',
      'AllowDowngradeToInsecureRepositories',
    ]) {
      expect(text).toContain(`Acquire::${name} "false";`);
    }
    expect(text).toContain('APT::Get::AllowUnauthenticated "false";');
    expect(text).toContain('APT::Architectures { "amd64"; "arm64"; };');
    expect(text).toContain('#clear APT::Update::Post-Invoke;');
  });

  it('names a keyring for every source', () => {
    const sources = sourcesFile({ archive: 'http://a/debian', security: 'http://a/sec' }, 'arm64', '/k.gpg');
    const stanzas = sources.split('\n\n');
    expect(stanzas).toHaveLength(2);
    for (const stanza of stanzas) expect(stanza).toContain('Signed-By: /k.gpg');
    expect(stanzas[0]).toContain('Suites: trixie trixie-updates trixie-backports');
    expect(stanzas[1]).toContain('Suites: trixie-security');
    expect(sources).toContain('Architectures: arm64\n');
  });
});
