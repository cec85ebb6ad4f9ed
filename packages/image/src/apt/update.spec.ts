import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SetUpError } from '../errors.ts';
import { STABLE, VSOCK_ARCHIVE } from './archive.ts';
import { HOST_ARCHITECTURES } from './debian.ts';
import { openUpdatedRoot } from './update.ts';

/**
 * An apt-get that fails as a table says: for the first of its lines whose pattern is in the sources, it prints what
 * stands behind it. What it was asked for is noted down.
 */
const APT_GET = `#!/bin/sh
case "$*" in
*indextargets*) exit 0 ;;
*download*) cp "$HERE/keyring.deb" . ; exit 0 ;;
esac
list=$(sed -n 's/^Dir::Etc::sourcelist "\\(.*\\)";/\\1/p' "$2" 2>/dev/null)
[ -n "$list" ] || { cat "$HERE/host-says" >&2; [ ! -s "$HERE/host-says" ]; exit; }
sed -n 's/^URIs: //p' "$list" | tr '\\n' ' ' >>"$HERE/asked"
echo >>"$HERE/asked"
while IFS='|' read -r pattern says; do
  [ -n "$pattern" ] || continue
  if grep -q -- "$pattern" "$list"; then echo "$says" >&2; exit 100; fi
done <"$HERE/table"
`;
const DPKG_DEB = `#!/bin/sh
mkdir -p "$3/usr/share/keyrings" && : >"$3/usr/share/keyrings/debian-archive-keyring.gpg"
`;
const path = process.env['PATH'];
const OFFICIAL = 'http://deb.debian.org/debian';

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'apt-'));
  mkdirSync(join(here, 'bin'));
  writeFileSync(join(here, 'bin/apt-get'), APT_GET, { mode: 0o755 });
  writeFileSync(join(here, 'bin/dpkg-deb'), DPKG_DEB, { mode: 0o755 });
  for (const name of ['table', 'host-says', 'keyring.deb']) writeFileSync(join(here, name), '');
  vi.stubEnv('PATH', `${join(here, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('HERE', here);
  vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', undefined);
  vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(here, { recursive: true });
});

/** @param table what fails: `pattern|what apt says`. */
async function update(table: string, archive = STABLE, keyring: string | null = '/k.gpg') {
  writeFileSync(join(here, 'table'), `${table}\n`);
  const error = await openUpdatedRoot(join(here, 'root'), HOST_ARCHITECTURES.x64, archive, { keyring }).then(
    () => null,
    (reason: SetUpError) => reason,
  );
  const asked = existsSync(join(here, 'asked')) ? readFileSync(join(here, 'asked'), 'utf8') : '';
  return {
    error,
    asked: asked
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  };
}

describe('openUpdatedRoot', () => {
  it("asks Debian's own mirror where the host names none", async () => {
    expect(await update('')).toEqual({ error: null, asked: [`${OFFICIAL} ${OFFICIAL}-security`] });
  });

  it.each([
    [
      'a release that has expired',
      'E: Release file for http://deb.debian.org/debian/dists/trixie-updates/InRelease is expired (invalid since 7d 4h 24min 54s). Updates for this repository will not be applied.',
      /no longer kept up to date[\s\S]*Acquire::Check-Valid-Until "false"[\s\S]*APT_CONFIG=FILE/,
    ],
    [
      'one of tomorrow',
      'E: Release file for http://deb.debian.org/debian/dists/trixie/InRelease is not valid yet (invalid for another 3h). Updates for this repository will not be applied.',
      /clock of this machine is behind/,
    ],
    [
      'a network that wants a login first',
      "E: Failed to fetch http://deb.debian.org/debian/dists/trixie/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)",
      /log in to the network/,
    ],
    [
      'a page for a login in place of an index',
      'E: Failed to fetch http://deb.debian.org/debian/dists/trixie/main/binary-arm64/Packages.xz  File has unexpected size (97 != 9663772). Mirror sync in progress? [IP: 10.0.0.1 80]',
      /log in to the network[\s\S]*just being updated/,
    ],
    [
      'one of the same size',
      'E: Failed to fetch http://deb.debian.org/debian/dists/trixie/main/binary-arm64/Packages.xz  Hash Sum mismatch',
      /log in to the network/,
    ],
    [
      'a network that answers for https too',
      'E: Failed to fetch https://deb.debian.org/debian/dists/trixie/InRelease  Certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.  Could not handshake: Error in the certificate verification. [IP: 10.0.0.1 443]',
      /log in to the network[\s\S]*Acquire::https::CAInfo/,
    ],
    [
      'a network that says so',
      'E: Failed to fetch http://deb.debian.org/debian/dists/trixie/InRelease  511  Network Authentication Required [IP: 10.0.0.1 80]',
      /log in to the network/,
    ],
    [
      'a proxy that wants a password',
      'E: Failed to fetch http://deb.debian.org/debian/dists/trixie/InRelease  407  Proxy Authentication Required',
      /http_proxy=http:\/\/USER/,
    ],
    [
      'no network',
      'E: Failed to fetch http://deb.debian.org/debian/dists/trixie/InRelease  Temporary failure resolving deb.debian.org',
      /Check the network and the proxy settings/,
    ],
  ])('knows what helps: %s', async (_, says, remedy) => {
    const { error, asked } = await update(`deb.debian.org|${says}`);
    expect(error).toMatchObject({
      code: 'download-failed',
      stderr: says,
      remedy: expect.stringMatching(remedy),
    });
    // Another try would say the same.
    expect(asked).toHaveLength(1);
  });

  it.runIf(existsSync('/usr/bin/apt-get'))(
    'knows a page for a login by what apt itself says of it',
    async () => {
      const portal = createServer((_, response) => {
        response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>Welcome, guest</title>\n');
      });
      await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
      vi.stubEnv('PATH', path);
      vi.stubEnv('http_proxy', undefined);
      const { port } = portal.address() as AddressInfo;
      vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', `http://127.0.0.1:${port}/debian`);
      vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', 'none');
      try {
        const { error } = await update('');
        expect(error).toMatchObject({
          code: 'download-failed',
          remedy: expect.stringMatching(/log in to the network/),
        });
      } finally {
        portal.close();
      }
    },
  );

  it('takes a snapshot as it is, with the security archive of that day', async () => {
    vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', 'http://snapshot.example/archive/debian/20260901T000000Z/');
    const { error, asked } = await update('');
    expect(error).toBeNull();
    expect(asked).toEqual([
      'http://snapshot.example/archive/debian/20260901T000000Z http://snapshot.example/archive/debian-security/20260901T000000Z',
    ]);
    const sources = readFileSync(join(here, 'root/debian.sources'), 'utf8');
    expect(sources.match(/^Check-Valid-Until: no$/gm)).toHaveLength(2);
  });

  describe('a mirror without a security archive', () => {
    const absent = (uri: string) =>
      `${uri}|E: The repository '${uri}/ trixie-security Release' does not have a Release file.`;
    beforeEach(() => vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', 'http://m.example/debian'));

    it("is used with Debian's own", async () => {
      const { error, asked } = await update(absent('http://m.example/debian-security'));
      expect(error).toBeNull();
      expect(asked[1]).toBe(`http://m.example/debian ${OFFICIAL}-security`);
    });

    it('is not used without any, unless that is asked for', async () => {
      const table = [absent('http://m.example/debian-security'), absent(`${OFFICIAL}-security`)].join('\n');
      const { error } = await update(`${table}\n`);
      expect(error).toMatchObject({ remedy: expect.stringMatching(/COORDINATOR_DEBIAN_SECURITY=none/) });
      vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', 'none');
      const { error: none, asked } = await update(`${table}\n`);
      expect([none, asked.at(-1)]).toEqual([null, 'http://m.example/debian']);
    });

    it('is used with the one that is named', async () => {
      vi.stubEnv('COORDINATOR_DEBIAN_SECURITY', 'http://s.example/sec/');
      expect((await update('')).asked).toEqual(['http://m.example/debian http://s.example/sec']);
    });
  });

  it('asks once for an archive that has no security updates', async () => {
    vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', 'http://m.example/debian');
    const says = "E: The repository 'http://m.example/debian forky Release' does not have a Release file.";
    const { error, asked } = await update(`m.example|${says}`, VSOCK_ARCHIVE);
    expect(error).toMatchObject({ stderr: says });
    expect(asked).toEqual(['http://m.example/debian']);
  });

  it.each(['NO_PUBKEY 0123', 'EXPKEYSIG 0123 Debian Archive'])(
    'gets newer keys where those here are old: %s',
    async (what) => {
      const old = `Signed-By: /k.gpg|E: The following signatures were invalid: ${what}`;
      const { error, asked } = await update(old);
      expect([error, asked.length]).toEqual([null, 2]);
    },
  );

  it("gets keys though another of the host's sources cannot be used", async () => {
    writeFileSync(
      join(here, 'host-says'),
      "E: The repository 'https://third.example stable Release' is not signed.\n",
    );
    expect((await update('', STABLE, null)).error).toBeNull();
  });
});
