import { SetUpError } from '../errors.ts';

/** What apt says when indexes cannot be fetched, and what then helps. First match wins. */
const remedies: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /Release file .* is expired/i,
    'The mirror is no longer kept up to date: name another, COORDINATOR_DEBIAN_MIRROR=URL, or see whether the clock of ' +
      'this machine is right. To use one as it is, have apt not ask for how long its release is valid: put ' +
      '\'Acquire::Check-Valid-Until "false";\' into a file and name that with APT_CONFIG=FILE.',
  ],
  [/Release file .* is not valid yet/i, 'The clock of this machine is behind: set it.'],
  [
    /NOSPLIT|NODATA|does the network require authentication|\b511\s+Network Authentication/i,
    'Something else than the mirror answers: log in to the network (open a page of it in a browser), or set ' +
      'http_proxy if there is a proxy.',
  ],
  [
    /Hash Sum mismatch|File has unexpected size/i,
    'What came is not what the mirror lists: something else answers for it (log in to the network by opening a page of it ' +
      'in a browser, or set http_proxy if there is a proxy), or it is just being updated (try again later, or name ' +
      'another, COORDINATOR_DEBIAN_MIRROR=URL).',
  ],
  [
    /Certificate verification failed|certificate is (NOT trusted|not trusted)|does NOT match expected hostname/i,
    'Something else than the mirror answers: log in to the network (open a page of it in a browser), name a mirror by ' +
      'http:// (what it gives is signed all the same), or have apt trust the proxy that opens TLS: ' +
      'Acquire::https::CAInfo in a file that APT_CONFIG=FILE names.',
  ],
  [
    /\b407\s+Proxy Authentication/i,
    'The proxy wants a user and a password: http_proxy=http://USER:PASSWORD@HOST:PORT.',
  ],
  [
    /EXPKEYSIG|REVKEYSIG|KEYEXPIRED|NO_PUBKEY|Missing key|couldn't be verified/i,
    "No key of Debian's that is here verifies the mirror: install a newer debian-archive-keyring, or name another " +
      'mirror, COORDINATOR_DEBIAN_MIRROR=URL.',
  ],
];

export const NETWORK_REMEDY =
  'Check the network and the proxy settings, or name a mirror: COORDINATOR_DEBIAN_MIRROR=URL.';

/** The same error with the remedy that what apt said calls for. */
export function explainUpdate(error: SetUpError): SetUpError {
  const remedy = remedies.find(([pattern]) => pattern.test(error.stderr))?.[1] ?? error.remedy;
  return withRemedy(error, remedy);
}

/** An error about the security archive, which nothing goes on without unless the user says so. */
export function explainSecurity(error: SetUpError): SetUpError {
  const explained = explainUpdate(error);
  if (explained.remedy !== NETWORK_REMEDY) return explained;
  return withRemedy(
    error,
    "The mirror has no security archive beside it, and Debian's own cannot be had: name one, " +
      'COORDINATOR_DEBIAN_SECURITY=URL, or go without its updates: COORDINATOR_DEBIAN_SECURITY=none.',
  );
}

function withRemedy(error: SetUpError, remedy: string): SetUpError {
  const { code, message, cause, stderr } = error;
  return new SetUpError(code, message, { remedy, stderr, ...(cause !== undefined && { cause }) });
}
