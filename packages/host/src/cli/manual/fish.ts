import { allPages, choicesOf, type OptionEntry, type Page } from './page.ts';

/** Completion for fish 3 and newer. */
export function fishCompletion(root: Page): string {
  const [name = ''] = root.path;
  const lines = allPages(root).flatMap((page) => [
    ...page.commands.map(
      (inner) =>
        `complete -c ${name} -n ${conditionOf(page)} -f -a ${inner.path.at(-1)} -d ${quote(inner.summary)}`,
    ),
    ...choicesOf(page).map((choice) => `complete -c ${name} -n ${conditionOf(page)} -f -a ${choice}`),
    ...page.options.map((option) => `complete -c ${name} -n ${conditionOf(page)} ${flagsOf(option)}`),
  ]);
  return `# fish completion for ${name}: put this into ~/.config/fish/completions/${name}.fish
${lines.join('\n')}
`;
}

/** That all words of its path were seen, and none of its own commands. */
function conditionOf({ path, commands }: Page): string {
  const seen = path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`);
  const inner = commands.map((one) => one.path.at(-1)).join(' ');
  const unseen = inner === '' ? [] : [`not __fish_seen_subcommand_from ${inner}`];
  return quote([...seen, ...unseen].join('; and ') || 'true');
}

function flagsOf({ short, long, summary, value }: OptionEntry): string {
  return [
    ...(short === null ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    `-d ${quote(summary)}`,
    ...(value ? [behind(value)] : []),
  ].join(' ');
}

function behind({ kind, choices }: NonNullable<OptionEntry['value']>): string {
  if (kind === 'choice') return `-x -a ${quote(choices.join(' '))}`;
  if (kind === 'folder') return "-x -a '(__fish_complete_directories)'";
  return kind === 'file' ? '-r -F' : '-x';
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
