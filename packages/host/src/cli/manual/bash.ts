import { allPages, choicesOf, type OptionEntry, type Page } from './page.ts';

/** Completion for bash 4 and newer, with nothing else installed. */
export function bashCompletion(root: Page): string {
  const [name = ''] = root.path;
  const pages = allPages(root);
  const inner = pages.slice(1).map(({ path }) => `'${path.join(' ')}'`);
  return `# bash completion for ${name}: put this into ~/.bashrc:  source <(${name} completion bash)
_${name}() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path=${name} words='' at
	COMPREPLY=()
	for ((at = 1; at < COMP_CWORD; at++)); do
		case "$path \${COMP_WORDS[at]}" in
		${inner.join(' | ')}) path="$path \${COMP_WORDS[at]}" ;;
		esac
	done
	case "$path $previous" in
${pages.flatMap(valueCases).join('\n')}
	esac
	case $path in
${pages.map((page) => `	'${page.path.join(' ')}') words='${wordsOf(page).join(' ')}' ;;`).join('\n')}
	esac
	COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _${name} ${name}
`;
}

const wordsOf = (page: Page): string[] => [
  ...page.commands.map(({ path }) => path.at(-1) ?? ''),
  ...choicesOf(page),
  ...page.options.map(({ long }) => long),
];

function valueCases({ path, options }: Page): string[] {
  return options.flatMap((option) => {
    if (!option.value) return [];
    const patterns = [option.short, option.long].filter((flag) => flag !== null);
    return [`	${patterns.map((flag) => `'${path.join(' ')} ${flag}'`).join(' | ')}) ${answerTo(option)} ;;`];
  });
}

/** What is not known is left to the user: no word at all, rather than options where a value belongs. */
function answerTo({ value }: OptionEntry): string {
  switch (value?.kind) {
    case 'choice':
      return `COMPREPLY=($(compgen -W '${value.choices.join(' ')}' -- "$current")); return`;
    case 'file':
      return 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return';
    case 'folder':
      return 'compopt -o filenames; COMPREPLY=($(compgen -d -- "$current")); return';
    default:
      return 'compopt +o default +o bashdefault; return';
  }
}
