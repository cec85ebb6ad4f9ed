import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import type { Archive } from './archive.ts';
import type { HostArchitecture } from './debian.ts';
import { hostTargets, isDebian } from './host.ts';
import { fetchKeyring, findKeyring } from './keyring.ts';
import { PrivateRoot } from './private-root.ts';
import { type Mirror, mirrorsToTry } from './sources.ts';

const UNKNOWN_KEY = /NO_PUBKEY|Missing key|no keyring|couldn't be verified/i;
const NO_RELEASE_FILE = /does not have a Release file|404\s+Not Found|File not found/i;

export interface UpdateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onFraction?: (fraction: number) => void;
  /** Debian's keyring on this machine; looked for if undefined, null if there is none. */
  readonly keyring?: string | null;
}

/**
 * Opens the private root in `directory` and fetches its indexes from the first mirror that has them.
 *
 * @throws SetUpError 'download-failed', or 'keyring-missing' if nothing here can verify Debian's signatures.
 */
export async function openUpdatedRoot(
  directory: string,
  host: HostArchitecture,
  archive: Archive,
  options: UpdateOptions,
): Promise<PrivateRoot> {
  const root = await PrivateRoot.open(directory, host.debian);
  const chosen = {
    archive: process.env['COORDINATOR_DEBIAN_MIRROR'],
    security: process.env['COORDINATOR_DEBIAN_SECURITY'],
  };
  const targets = chosen.archive ? '' : await hostTargets(options.signal);
  const mirrors = mirrorsToTry(chosen, targets, await isDebian());
  const fetched = () => fetchKeyring(join(directory, 'keyring'), options.signal);
  let keyring = (options.keyring === undefined ? await findKeyring() : options.keyring) ?? (await fetched());
  let failure: unknown;
  for (const mirror of mirrors) {
    try {
      await update(root, archive.sources(mirror, host.debian, keyring), options);
      return root;
    } catch (error) {
      if (!(error instanceof SetUpError) || error.code !== 'download-failed') throw error;
      failure = lacksSecurity(mirror, error.stderr) ? withoutSecurity(mirror, error) : error;
      const absent = NO_RELEASE_FILE.test(error.stderr);
      if (!absent && UNKNOWN_KEY.test(error.stderr) && !keyring.startsWith(directory)) {
        keyring = await fetched();
        await update(root, archive.sources(mirror, host.debian, keyring), options);
        return root;
      }
    }
  }
  throw failure;
}

/** Whether apt says that there is no security archive where it was looked for. */
export function lacksSecurity({ security }: Mirror, stderr: string): boolean {
  const lines = stderr.split('\n');
  return security !== null && lines.some((line) => line.includes(security) && NO_RELEASE_FILE.test(line));
}

/** Packages without their security updates are others than everybody else tests with: nobody gets them unasked. */
function withoutSecurity({ archive, security }: Mirror, cause: SetUpError): SetUpError {
  return new SetUpError('download-failed', `The mirror ${archive} has no security archive at ${security}.`, {
    remedy:
      'Say where it is with COORDINATOR_DEBIAN_SECURITY=URL, or go without security updates: ' +
      'COORDINATOR_DEBIAN_SECURITY=none.',
    cause,
    stderr: cause.stderr,
  });
}

async function update(root: PrivateRoot, sources: string, options: UpdateOptions): Promise<void> {
  await root.setSources(sources);
  await root.run('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any', '-o', 'APT::Status-Fd=3'], {
    purpose: "fetch Debian's package indexes",
    code: 'download-failed',
    remedy: 'Check the network and the proxy settings, or name a mirror: COORDINATOR_DEBIAN_MIRROR=URL.',
    signal: options.signal,
    onStatus: (line) => {
      const fraction = parseDownloadFraction(line);
      if (fraction !== null) options.onFraction?.(fraction);
    },
  });
}

/**
 * Progress from a line apt writes to APT::Status-Fd: `dlstatus:12:63.4494:Retrieving file 12 of 90` gives 0.634494;
 * null for any other line.
 */
export function parseDownloadFraction(line: string): number | null {
  const percent = /^dlstatus:\d+:(?<percent>\d+(?:\.\d+)?):/.exec(line)?.groups?.['percent'];
  return percent === undefined ? null : Math.min(1, Number(percent) / 100);
}
