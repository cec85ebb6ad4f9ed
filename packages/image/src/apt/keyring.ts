import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import { run } from '../process/run.ts';

const KEYRING_PACKAGE = 'debian-archive-keyring';

/** Where Debian's package puts it; the ending has changed over time. */
const KEYRING_PATHS = [
  'usr/share/keyrings/debian-archive-keyring.pgp',
  'usr/share/keyrings/debian-archive-keyring.gpg',
];

/** Debian's keyring below `root`, or null. */
export async function findKeyring(root = '/'): Promise<string | null> {
  for (const path of KEYRING_PATHS) {
    const candidate = join(root, path);
    try {
      await access(candidate);
      return candidate;
    } catch {}
  }
  return null;
}

/**
 * Gets Debian's keyring as a package from the host's own archive (Ubuntu and newer or older Debian carry it), which
 * the host's own keys vouch for. Nothing is installed: it is unpacked in `directory`.
 *
 * @returns path of the keyring.
 * @throws SetUpError 'keyring-missing'.
 */
export async function fetchKeyring(directory: string, signal: AbortSignal | undefined): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'state/lists/partial'), { recursive: true });
  await mkdir(join(directory, 'cache/archives/partial'), { recursive: true });
  const common = {
    purpose: "get Debian's keyring from this machine's own package archive",
    code: 'keyring-missing',
    remedy: `Install the package ${KEYRING_PACKAGE} (sudo apt-get install ${KEYRING_PACKAGE}).`,
    cwd: directory,
    signal,
  } as const;
  // Lists of our own: the host's may be absent (containers) and updating them would take root rights.
  const ownState = [
    ...['-o', `Dir::State=${join(directory, 'state')}`],
    ...['-o', `Dir::Cache=${join(directory, 'cache')}`],
    ...['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Languages=none'],
    ...['-o', 'APT::Get::AllowUnauthenticated=false', '-o', 'Acquire::AllowInsecureRepositories=false'],
  ];
  // A source of the host's that cannot be used, such as one of a third party with an old key, need not matter.
  const unusable = await run('apt-get', ['update', '-q', ...ownState], common).then(
    () => null,
    (error: unknown) => error,
  );
  signal?.throwIfAborted();
  await run('apt-get', ['download', '-q', ...ownState, KEYRING_PACKAGE], common).catch((error: unknown) => {
    throw unusable ?? error;
  });
  const file = (await readdir(directory)).find((name) => name.endsWith('.deb'));
  if (file) await run('dpkg-deb', ['-x', join(directory, file), join(directory, 'root')], common);
  const keyring = await findKeyring(join(directory, 'root'));
  if (keyring) return keyring;
  throw new SetUpError('keyring-missing', `The package ${KEYRING_PACKAGE} holds no keyring.`, {
    remedy: common.remedy,
  });
}
