import { messageLimits } from '@coordinator/shared/message/protocol';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Making every character anew would take an emulated guest longer than sending it. */
const VARIANTS = 64;
const LINE_CHARACTERS = messageLimits.line - 16;

let lines: string[] | undefined;

/** Line `index` of a flood, the same on both sides. No two are alike. */
export function floodLine(index: number): string {
  lines ??= Array.from({ length: VARIANTS }, (_, variant) => makeLine(variant));
  return `${index} ${lines[index % VARIANTS]}`;
}

function makeLine(variant: number): string {
  let state = variant + 1;
  let line = '';
  while (line.length < LINE_CHARACTERS) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    line += ALPHABET[state >>> 26];
  }
  return line;
}

/** How many lines a flood of so many bytes has. */
export const floodLines = (bytes: number): number => Math.ceil(bytes / LINE_CHARACTERS);
