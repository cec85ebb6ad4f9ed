import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openKmsg, whyNoKmsg } from './kmsg.ts';

it.runIf(existsSync('/dev/kmsg') && process.getuid?.() === 0)('begins at the end of the log', () => {
  const source = openKmsg();
  try {
    // What the kernel says from here on cannot be known, but it begins with no line of the boot.
    expect(source.read() ?? '').not.toMatch(/^\d+,0,/);
  } finally {
    source.close();
  }
});

it.each(['/dev/null', '/etc/passwd'])('takes %s, put in its place by a container, for no log', (path) => {
  expect(() => openKmsg(path)).toThrow(`the kernel's log cannot be read: ${path} is something else here`);
});

it('says what stands against reading it', () => {
  expect(() => openKmsg('/nowhere/kmsg')).toThrow(/the kernel's log cannot be read: ENOENT/);
  expect(whyNoKmsg('/nowhere/kmsg')).toMatch(/ENOENT/);
});
