import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import type { Archive } from './archive.ts';
import type { HostArchitecture } from './debian.ts';
import { explainSecurity, explainUpdate, NETWORK_REMEDY } from './explain.ts';
import { hostTargets, isDebian } from './host.ts';
import { fetchKeyring, findKeyring } from './keyring.ts';
import { PrivateRoot } from './private-root.ts';
import { mirrorsToTry, withSecurity } from './sources.ts';

const UNKNOWN_KEY = /NO_PUBKEY|EXPKEYSIG|Missing key|no keyring|couldn't be verified/i;
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
  const chosen = process.env['COORDINATOR_DEBIAN_MIRROR'];
  const mirrors = mirrorsToTry(chosen, chosen ? '' : await hostTargets(options.signal), await isDebian());
  const attempts = distinct(
    mirrors.flatMap((mirror) => withSecurity(mirror, process.env['COORDINATOR_DEBIAN_SECURITY'])),
    (mirror) => archive.sources(mirror, host.debian, ''),
  );
  const fetched = () => fetchKeyring(join(directory, 'keyring'), options.signal);
  let keyring = (options.keyring === undefined ? await findKeyring() : options.keyring) ?? (await fetched());
  let failure: unknown;
  /** Of mirrors that fail for another reason than that they lack a part. */
  const given = new Set<string>();
  for (const mirror of attempts) {
    if (given.has(mirror.archive)) continue;
    try {
      try {
        await update(root, archive.sources(mirror, host.debian, keyring), options);
      } catch (error) {
        if (!isDownloadFailure(error) || NO_RELEASE_FILE.test(error.stderr)) throw error;
        if (!UNKNOWN_KEY.test(error.stderr) || keyring.startsWith(directory)) throw error;
        keyring = await fetched();
        await update(root, archive.sources(mirror, host.debian, keyring), options);
      }
      return root;
    } catch (error) {
      if (!isDownloadFailure(error)) throw error;
      const aboutSecurity = mirror.security !== null && isAbout(error, mirror.security);
      failure = aboutSecurity ? explainSecurity(error) : explainUpdate(error);
      if (!aboutSecurity || !NO_RELEASE_FILE.test(error.stderr)) given.add(mirror.archive);
    }
  }
  throw failure;
}

function isDownloadFailure(error: unknown): error is SetUpError {
  return error instanceof SetUpError && error.code === 'download-failed';
}

/** Whether what apt complains of is below `uri`. */
function isAbout({ stderr }: SetUpError, uri: string): boolean {
  return stderr.split('\n').some((line) => /^(E|Err)/.test(line) && line.includes(`${uri}/`));
}

function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

async function update(root: PrivateRoot, sources: string, options: UpdateOptions): Promise<void> {
  await root.setSources(sources);
  await root.run('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any', '-o', 'APT::Status-Fd=3'], {
    purpose: "fetch Debian's package indexes",
    code: 'download-failed',
    remedy: NETWORK_REMEDY,
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
