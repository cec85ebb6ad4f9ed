import { cleanLine } from '../../facts/text.ts';

/**
 * GitHub Actions reads commands from a job's log: lines that begin with "::", and the older "##[" anywhere in one.
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export type AnnotationLevel = 'error' | 'warning' | 'notice';

export function annotation(level: AnnotationLevel, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

export function group(title: string, lines: readonly string[]): string {
  return [`::group::${escapeData(title)}`, ...lines.map(plainLine), '::endgroup::'].join('\n');
}

/** A line that is no command, whoever wrote it. White space before "::" would not do: the runner ignores it. */
function plainLine(text: string): string {
  return `| ${defuse(cleanLine(text))}`;
}

function escapeData(text: string): string {
  return defuse(cleanLine(text)).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function defuse(text: string): string {
  return text.replaceAll('##[', '## [');
}
