import { allPages, choicesOf, type OptionEntry, type Page } from './page.ts';

/** Completion for zsh: a function for each command. */
export function zshCompletion(root: Page): string {
  const [name = ''] = root.path;
  return `#compdef ${name}
# zsh completion for ${name}: put this into a folder of $fpath, as _${name}, or into ~/.zshrc:  source <(${name} completion zsh)
${allPages(root).map(functionOf).join('\n')}
if [ "$funcstack[1]" = _${name} ]; then
	_${name} "$@"
else
	compdef _${name} ${name}
fi
`;
}

const functionName = ({ path }: Page): string => `_${path.join('_')}`;

function functionOf(page: Page): string {
  const { options, commands, arguments: args } = page;
  const specs = options.map(specOf);
  const choices = choicesOf(page);
  if (commands.length === 0) {
    const rest =
      args.length > 0
        ? [quote(`*:${args[0]?.name() ?? ''}:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}`)]
        : [];
    return `${functionName(page)}() {\n	_arguments ${[...specs, ...rest].join(' \\\n		')}\n}`;
  }
  const listed = commands.map(({ path, summary }) => quote(`${path.at(-1)}:${summary}`));
  const branches = commands.map((inner) => `	${inner.path.at(-1)}) ${functionName(inner)} ;;`);
  return `${functionName(page)}() {
	local context state state_descr line
	typeset -A opt_args
	_arguments -C ${[...specs, quote('1: :->command'), quote('*:: :->rest')].join(' \\\n		')}
	case $state in
	command)
		local -a commands=(${listed.join(' \\\n			')})
		_describe command commands
		;;
	rest)
		case $words[1] in
	${branches.join('\n	')}
		esac
		;;
	esac
}`;
}

/** A spec of _arguments: what it excludes, its names, what it is, what stands behind it. */
function specOf({ short, long, summary, value, isRepeatable }: OptionEntry): string {
  const names = [short, long].filter((flag) => flag !== null);
  const said = `[${escapeText(summary)}]${value ? `:${escapeText(value.name)}:${actionOf(value)}` : ''}`;
  if (isRepeatable) return names.map((flag) => quote(`*${flag}${said}`)).join(' ');
  const group = names.length > 1 ? `(${names.join(' ')})` : '';
  return names.map((flag) => quote(`${group}${flag}${said}`)).join(' ');
}

function actionOf({ kind, choices }: NonNullable<OptionEntry['value']>): string {
  if (kind === 'choice') return `(${choices.join(' ')})`;
  return kind === 'file' ? '_files' : kind === 'folder' ? '_files -/' : ' ';
}

const escapeText = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
