/**
 * Whether the echo of a name on a console lacks a part of it, so that a getty has read another name: what was typed
 * before it listened is lost.
 * @param output what was printed since the name was typed, the prompt behind it included
 * @param prompt what the name was typed at, at the end of a line
 */
export function isCutEcho(output: string, name: string, prompt: RegExp): boolean {
  const lines = output.split('\n').slice(0, -1);
  const words = lines.flatMap((line) => echoOf(line.trimEnd(), prompt) ?? []);
  return !words.includes(name) && words.some((word) => isPartOf(word, name));
}

/** The word that a line ends in, if there is nothing before it but the prompt. */
function echoOf(line: string, prompt: RegExp): string | null {
  const word = /\S+$/.exec(line)?.[0];
  if (word === undefined) return null;
  const before = line.slice(0, -word.length);
  return before.trim() === '' || prompt.test(before) ? word : null;
}

/** Whether it is what is left of `whole` when characters of it are lost. */
function isPartOf(part: string, whole: string): boolean {
  if (part.length >= whole.length) return false;
  let at = 0;
  for (const character of whole) if (character === part[at]) at += 1;
  return at === part.length;
}
