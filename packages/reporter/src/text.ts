// A door for commands that only print: no reporter is loaded with it.
export { padColumns } from './facts/columns.ts';
export { toSafeJson } from './facts/safe-json.ts';
export { cleanLine, cleanText } from './facts/text.ts';
