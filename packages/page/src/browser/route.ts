/** Where one is in the page, as the part of its address behind # says it. */
export interface Route {
  /** null: the list of runs, or a comparison. */
  readonly run: string | null;
  /** The guest that is looked at more closely. */
  readonly guest: string | null;
  /** Two runs, to see what changed from the first to the second. */
  readonly compare: readonly [before: string, after: string] | null;
}

/** `#/`, `#/run/ID`, `#/run/ID/guest-1`, `#/run/ID/guest-1/7` and `#/compare/ID/ID`. */
export function parseRoute(hash: string): Route {
  const [, before, after] = /^#\/compare\/([\w-]+)\/([\w-]+)$/.exec(hash) ?? [];
  if (before !== undefined && after !== undefined)
    return { run: null, guest: null, compare: [before, after] };
  const [, run, guest] = /^#\/run\/([\w-]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (run === undefined) return { run: null, guest: null, compare: null };
  return { run, guest: guest === undefined ? null : decode(guest), compare: null };
}

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
