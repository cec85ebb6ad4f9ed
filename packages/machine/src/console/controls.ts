/**
 * What a terminal does not show, ECMA-48: control strings (OSC and the others) up to their end, ST or, as xterm has it,
 * BEL; control sequences (CSI); escape sequences with intermediate bytes, such as the choice of a character set, and
 * without. Introducers of 8 bits too. A control string without an end hides nothing of what follows it.
 */
const SEQUENCE = new RegExp(
  [
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c\\n]*(?:\\x07|\\x1b\\\\|\\x9c)',
    '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]',
    '\\x1b[ -/]+[0-~]',
    '\\x1b[0-Z\\\\-~]',
  ].join('|'),
  'g',
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL_CHARACTER = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** `text` without escape sequences and control characters; tabs and line feeds stay. */
export function withoutControls(text: string): string {
  return text.replace(SEQUENCE, '').replace(CONTROL_CHARACTER, '');
}
