const KEY = 'coordinator.token';

/**
 * Takes the token out of the address, so that it is neither shown nor copied with it, and remembers it for this tab.
 * @returns null where none was given
 */
export function takeToken(): string | null {
  const given = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    keep(given);
    history.replaceState(null, '', `${location.pathname}#/`);
    return given;
  }
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser that keeps nothing: it lasts until the page is loaded again.
  }
}
