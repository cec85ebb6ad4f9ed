import { usageError } from '@coordinator/base/errors';

/** Under which names what is written goes into a database that many systems share. */
export interface Identity {
  /** The system that submits. */
  readonly origin: string;
  /** A build that the database knows already; null where the report tells of the kernels itself. */
  readonly build: string | null;
  checkoutOf(release: string | null): string;
  buildOf(release: string | null): string;
  /** What is of one run; `parts` are names in it. */
  idOf(...parts: readonly string[]): string;
}

const ORIGIN_VARIABLE = 'KCIDB_ORIGIN';
const BUILD_VARIABLE = 'KCIDB_BUILD_ID';

/** @throws CoordinatorError (usage) for a name that the schema does not have */
export function identityOf(environment: NodeJS.ProcessEnv): Identity {
  const origin = environment[ORIGIN_VARIABLE] || 'coordinator';
  const build = environment[BUILD_VARIABLE] || null;
  if (!/^[a-z0-9_]+$/.test(origin))
    throw usageError(`$${ORIGIN_VARIABLE} is "${origin}"`, 'KCIDB takes small letters, digits and _');
  if (build !== null && !/^[a-z0-9_]+:[^\0]+$/.test(build))
    throw usageError(
      `$${BUILD_VARIABLE} is "${build}"`,
      'an id in KCIDB is the system that made it, a colon, and more',
    );
  const idOf = (...parts: readonly string[]) => `${origin}:${parts.map(plain).join(':')}`;
  return {
    origin,
    build,
    idOf,
    checkoutOf: (release) => idOf('linux', release ?? 'unknown'),
    buildOf: (release) => build ?? idOf('linux', release ?? 'unknown', 'arm64'),
  };
}

/** Names of guests and tests are of few characters; whatever else comes is not to look like a part of its own. */
function plain(part: string): string {
  return part.replace(/[^A-Za-z0-9._/#+-]/g, '_').slice(0, 200);
}
