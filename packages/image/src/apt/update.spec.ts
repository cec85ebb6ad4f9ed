import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptApt } from '../testing/scripted-apt.ts';
import { STABLE } from './archive.ts';
import { hostArchitecture } from './host.ts';
import { openUpdatedRoot } from './update.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'update-spec-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** As apt 2.6 says it. */
const NO_SECURITY = `grep -q debian-security "$sources" || exit 0
echo "E: The repository 'http://127.0.0.1:9/debian-security trixie-security Release' does not have a Release file." >&2
exit 100`;

const open = () =>
  openUpdatedRoot(join(folder, 'apt'), hostArchitecture('x64'), STABLE, { keyring: '/keyring.gpg' });
const sources = () => readFile(join(folder, 'apt/debian.sources'), 'utf8');

describe('a mirror without the security archive', () => {
  it('is an error that says how to name one, or to go without', async () => {
    await scriptApt(folder, NO_SECURITY);
    await expect(open()).rejects.toMatchObject({
      code: 'download-failed',
      message:
        'The mirror http://127.0.0.1:9/debian has no security archive at http://127.0.0.1:9/debian-security.',
      remedy: expect.stringContaining('COORDINATOR_DEBIAN_SECURITY=none'),
    });
  });

  it('will do when it was asked for by name', async () => {
    await scriptApt(folder, NO_SECURITY);
    vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', 'none');
    await open();
    expect(await sources()).not.toContain('security');
  });

  it('can have it elsewhere', async () => {
    await scriptApt(folder, 'exit 0');
    vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', 'http://127.0.0.1:9/sec');
    await open();
    expect(await sources()).toContain('URIs: http://127.0.0.1:9/sec\nSuites: trixie-security\n');
  });
});

it('what is wrong with the archive itself is not taken for a lack of security updates', async () => {
  await scriptApt(
    folder,
    `echo "E: Failed to fetch http://127.0.0.1:9/debian/x  404  Not Found" >&2; exit 100`,
  );
  await expect(open()).rejects.toMatchObject({ message: expect.stringMatching(/^Could not fetch Debian's/) });
});
