/** What a shell would do something with, outside of quotes; here nobody would. */
const SHELLS_OWN = /[|&;<>()$`*?[\]{}~#!\n]/;

/**
 * Words of a command as a shell takes them apart: by blanks, with '…', "…" and \ to keep a word together. Nothing else of a
 * shell is done, so that its other signs are refused.
 * @throws TypeError saying what is wrong
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] as string;
    if (quote !== null) {
      if (sign === quote) quote = null;
      else word += quote === '"' && sign === '\\' ? (line[++at] ?? '') : sign;
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      word ??= '';
    } else if (sign === ' ' || sign === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (SHELLS_OWN.test(sign)) {
      throw new TypeError(
        `no shell reads this, so that ${JSON.stringify(sign)} means nothing: put it in quotes, or write sh -c '…'`,
      );
    } else {
      if (sign === '\\') at += 1;
      word = (word ?? '') + (line[at] ?? '');
    }
  }
  if (quote !== null) throw new TypeError(`${quote} is not closed`);
  if (word !== null) words.push(word);
  return words;
}
