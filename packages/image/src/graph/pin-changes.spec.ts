import { describe, expect, it } from 'vitest';
import { formatPackageChanges, packageChanges } from './pin-changes.ts';

function packageFile(name: string, version: string, content = version) {
  const file = `${name}_${version}_arm64.deb`;
  return { name, version, architecture: 'arm64', file, size: 1, sha256: `${name} ${content}` };
}

describe('packageChanges', () => {
  it('names what is new, gone, another version, or of other content', () => {
    const before = [
      packageFile('a', '1'),
      packageFile('b', '1'),
      packageFile('c', '1'),
      packageFile('d', '1'),
    ];
    const after = [
      packageFile('a', '1'),
      packageFile('b', '2'),
      packageFile('c', '1', 'x'),
      packageFile('e', '1'),
    ];
    expect(packageChanges(before, after)).toEqual([
      { name: 'b:arm64', from: '1', to: '2' },
      { name: 'c:arm64', from: '1', to: '1 (other content)' },
      { name: 'd:arm64', from: '1', to: null },
      { name: 'e:arm64', from: null, to: '1' },
    ]);
    expect(packageChanges(before, before)).toEqual([]);
  });
});

describe('formatPackageChanges', () => {
  it('is a sentence and a line for each package', () => {
    const changes = [{ name: 'b:arm64', from: '1', to: '2' }];
    expect(formatPackageChanges({ set: 'guest', why: 'gone', changes })).toBe(
      'packages of "guest" had to be chosen anew, as the archive has dropped versions; what is tested with has changed:\n' +
        '  b:arm64 1 → 2',
    );
    expect(formatPackageChanges({ set: 'guest', why: 'recipe', changes: null })).toMatch(/was damaged$/);
  });
});
