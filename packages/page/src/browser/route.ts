/** Where one is in the page, as the part of its address behind # says it. */
export interface Route {
  /** null: the list of runs. */
  readonly run: string | null;
  /** The guest that is looked at more closely. */
  readonly guest: string | null;
}

/** `#/`, `#/run/ID`, `#/run/ID/guest-1` and `#/run/ID/guest-1/7`. */
export function parseRoute(hash: string): Route {
  const [, run, guest] = /^#\/run\/([\w-]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (run === undefined) return { run: null, guest: null };
  return { run, guest: guest === undefined ? null : decode(guest) };
}

export function hrefOf(run: string, guest: string | null = null): string {
  const tail = guest === null ? '' : `/${guest.split('/').map(encodeURIComponent).join('/')}`;
  return `#/run/${run}${tail}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
