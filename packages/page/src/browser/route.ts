/** Where one is in the page, as the part of its address behind # says it. */
export interface Route {
  /** null: the list of runs, or what is said of several. */
  readonly run: string | null;
  /** The guest that is looked at more closely. */
  readonly guest: string | null;
  /** Two runs, to see what changed from the first to the second. */
  readonly compare: readonly [before: string, after: string] | null;
  /** Which tests fail now and then. */
  readonly flakes: boolean;
}

const list: Route = { run: null, guest: null, compare: null, flakes: false };

/** `#/`, `#/run/ID`, `#/run/ID/guest-1`, `#/run/ID/guest-1/7`, `#/compare/ID/ID` and `#/flakes`. */
export function parseRoute(hash: string): Route {
  const [, before, after] = /^#\/compare\/([\w-]+)\/([\w-]+)$/.exec(hash) ?? [];
  if (before !== undefined && after !== undefined) return { ...list, compare: [before, after] };
  if (hash === FLAKES) return { ...list, flakes: true };
  const [, run, guest] = /^#\/run\/([\w-]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (run === undefined) return list;
  return { ...list, run, guest: guest === undefined ? null : decode(guest) };
}

export const FLAKES = '#/flakes';

export function hrefOf(run: string, guest: string | null = null): string {
  const tail = guest === null ? '' : `/${guest.split('/').map(encodeURIComponent).join('/')}`;
  return `#/run/${run}${tail}`;
}

export function hrefOfComparison(before: string, after: string): string {
  return `#/compare/${before}/${after}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
