/** The name that `text` was probably meant to be, if it is at most two typing mistakes away. */
export function closestName<Name extends string>(text: string, names: readonly Name[]): Name | undefined {
  const [closest] = names
    .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name) }))
    .filter(({ name, distance }) => distance <= 2 && distance < name.length)
    .sort((a, b) => a.distance - b.distance);
  return closest?.name;
}

/** Levenshtein's distance: how many characters to insert, remove or replace. */
function editDistance(from: string, to: string): number {
  if (from.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (character === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
