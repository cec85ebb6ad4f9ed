import type { Page } from './page.ts';

/** A page of the manual in roff, man(7): of a program or one of its commands, with all that `--help` says. */
export function manPage(page: Page, version: string): string {
  const { path, summary, usage, options, commands, arguments: args, after } = page;
  const title = path.join('-');
  const lines = [
    `.TH ${quote(title.toUpperCase())} 1 "" ${quote(`${path[0]} ${version}`)} ${quote('User Commands')}`,
    '.SH NAME',
    `${escapeText(title)} \\- ${escapeText(summary)}`,
    '.SH SYNOPSIS',
    `.B ${escapeText(usage)}`,
    ...section(
      'ARGUMENTS',
      args.flatMap((arg) => term(`<${arg.name()}>`, arg.description)),
    ),
    ...section(
      'OPTIONS',
      options.flatMap(({ flags, summary: what }) => term(flags, what)),
    ),
    ...section(
      'COMMANDS',
      commands.flatMap((inner) => term(inner.path.join(' '), inner.summary)),
    ),
    ...(after === '' ? [] : ['.SH NOTES', '.nf', ...after.split('\n').map(escapeText), '.fi']),
    ...section(
      'SEE ALSO',
      [path.slice(0, -1), ...commands.map((inner) => inner.path)]
        .filter((other) => other.length > 0)
        .map((other) => `.BR ${escapeText(other.join('-'))} (1)`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`.SH ${title}`, ...lines];

const term = (name: string, what: string): string[] => [
  '.TP',
  `.B ${escapeText(name)}`,
  escapeText(what) || '\\&',
];

const quote = (text: string): string => `"${escapeText(text).replaceAll('"', '\\(dq')}"`;

/** A backslash begins an escape, a hyphen may be broken at, and a point or a quote at the start of a line is a request. */
const escapeText = (text: string): string =>
  text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&');
