import { distance } from 'fastest-levenshtein';

/** The name that `text` was probably meant to be, if it is at most two typing mistakes away. */
export function closestName<Name extends string>(text: string, names: readonly Name[]): Name | undefined {
  if (text.length > 64) return undefined;
  const [closest] = names
    .map((name) => ({ name, mistakes: distance(text.toLowerCase(), name) }))
    .filter(({ name, mistakes }) => mistakes <= 2 && mistakes < name.length)
    .sort((a, b) => a.mistakes - b.mistakes);
  return closest?.name;
}
