import { stripVTControlCharacters } from 'node:util';

/**
 * Text from guests ends up on terminals and in documents. What is removed here: terminal control sequences, C0 and C1
 * controls, invisible and direction-changing format characters, halves of surrogate pairs, and noncharacters. What is
 * left is also all that XML 1.0 (section 2.2) allows.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
const unprintableButBreaks = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?![\n\t])\p{Cc}/gu;

/** Text of several lines, with tabs and newlines kept. At most `limit` UTF-16 units are. */
export function cleanText(text: string, limit = 64 * 1024): string {
  const lines = stripVTControlCharacters(cut(text, limit)).replace(/\r\n?/g, '\n');
  return lines.replace(unprintableButBreaks, '');
}

/** Text for one line: each run of white space becomes a space. */
export function cleanLine(text: string, limit = 1000): string {
  const line = stripVTControlCharacters(cut(text, limit)).replace(/[\s\u0085]+/gu, ' ');
  return line.replace(unprintable, '').trim();
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}
