import { describe, expect, it } from 'vitest';
import { STABLE } from '../apt/archive.ts';
import { newestOf, readDebianKernel, releasesAmong, seriesOf, sourcesAmong } from './debian.ts';

const NAMES = [
  ...[
    'linux-image-6.12.9+deb13-arm64',
    'linux-image-6.12.118+deb13-arm64',
    'linux-image-6.12.118+deb13-rt-arm64',
  ],
  ...[
    'linux-image-7.0.13+deb13-arm64',
    'linux-image-7.0.4+deb13-arm64',
    'linux-image-7.0.4+deb13-cloud-arm64',
  ],
  ...['linux-image-6.1.0-56-arm64', 'linux-image-6.1.0-9-arm64', 'linux-image-6.12.74+deb13+1-arm64'],
  ...['linux-image-6.12.118+deb13-arm64-16k', 'linux-image-arm64', 'linux-image-6.12-arm64'],
  ...['linux-image-6.12.118+deb13-arm64-dbg', 'linux-image-7.0.13+deb13-amd64'],
];

describe('the kernels that Debian has', () => {
  const releases = releasesAmong('image', [...NAMES, 'linux-headers-7.3.4+deb13-arm64']);

  it('are those of no flavour, the newest first', () => {
    expect(releases).toEqual([
      ...['7.0.13+deb13-arm64', '7.0.4+deb13-arm64', '6.12.118+deb13-arm64', '6.12.74+deb13+1-arm64'],
      ...['6.12.9+deb13-arm64', '6.1.0-56-arm64', '6.1.0-9-arm64'],
    ]);
    expect(seriesOf(releases)).toEqual(['7.0', '6.12', '6.1']);
  });

  it.each([
    ['7.0', '7.0.13+deb13-arm64'],
    ['7.0.4', '7.0.4+deb13-arm64'],
    ['6.1', '6.1.0-56-arm64'],
    ['6.1.0-9', '6.1.0-9-arm64'],
    ['6.12.118+deb13-arm64', '6.12.118+deb13-arm64'],
    ['6.12.11', null],
    ['7.1', null],
  ])('%s is %s', (version, release) => expect(newestOf(version, releases)).toBe(release));
});

it('the sources that Debian has are one a series, the newest first', () => {
  const names = [
    'linux-source',
    'linux-source-6.1',
    'linux-source-6.12',
    'linux-source-7.3',
    'linux-source-7.3-x',
  ];
  expect(sourcesAmong([...names, 'linux-source-7.10', ''])).toEqual(['7.10', '7.3', '6.12', '6.1']);
});

describe('what stands behind debian:', () => {
  it.each([
    ['7.3', 'apt'],
    ['6.12.118+deb13-arm64', 'apt'],
    ['6.1', 'apt-bookworm'],
    ['6.1.0-56', 'apt-bookworm'],
    ['sid', 'apt-sid'],
    ['bookworm', 'apt-bookworm'],
  ])('%s comes from %s', (asked, folder) => expect(readDebianKernel(asked).archive.folder).toBe(folder));

  it('is the stable release when it names that', () => {
    expect(readDebianKernel('trixie')).toEqual({ asked: 'trixie', archive: STABLE, version: null });
  });

  it.each(['', 'buster', '7', '7.3 ', '7.3/../x', '../7.3', '-7.3', 'constructor'])(
    '"%s" is refused',
    (asked) => {
      expect(() => readDebianKernel(asked)).toThrow(expect.objectContaining({ code: 'kernel-unknown' }));
    },
  );
});
