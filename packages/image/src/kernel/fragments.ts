import { SetUpError } from '../errors.ts';
import type { KernelConfig } from './config.ts';

/** Named options of a kernel's configuration, as `make` merges them over what a base has. */
export interface Fragment {
  /** `kasan`, or the path of a user's file. */
  readonly name: string;
  readonly settings: ReadonlyMap<string, Setting>;
}

/** What an option is to be. */
export interface Setting {
  /** `y`, `m`, a number or a quoted string; `n` where it is not to be set. */
  readonly value: string;
  /** Whether a kernel that does not know the option, or cannot have it, is none the worse for it. */
  readonly isOptional: boolean;
}

const SET = /^(?<optional>#\? )?(?<option>CONFIG_\w+)=(?<value>.+)$/;
const UNSET = /^# (?<option>CONFIG_\w+) is not set$/;

/**
 * Reads a fragment in the form of `.config`; what follows `#? ` is for the kernels that know it.
 * @throws SetUpError 'kernel-unknown' naming the line that is no option.
 */
export function parseFragment(name: string, text: string): Fragment {
  const settings = new Map<string, Setting>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const set = SET.exec(line)?.groups;
    const option = set?.['option'] ?? UNSET.exec(line)?.groups?.['option'];
    if (option !== undefined) {
      const isOptional = set?.['optional'] !== undefined;
      settings.set(option, { value: set?.['value']?.trimEnd() ?? 'n', isOptional });
    } else if (/^\s*[^#\s]/.test(line))
      throw noFragment(`line ${index + 1} of ${name} is no option of a kernel: ${quoteLine(line)}`);
  }
  if (settings.size > 0) return { name, settings };
  throw noFragment(`${name} sets no option`);
}

function noFragment(what: string): SetUpError {
  return new SetUpError('kernel-unknown', `A configuration fragment cannot be used: ${what}.`, {
    remedy: 'Write one option a line: CONFIG_NAME=y, =m, ="text" or =1, or "# CONFIG_NAME is not set".',
  });
}

/** A line of whatever file this is, for a message. */
function quoteLine(line: string): string {
  const plain = line.slice(0, 60).replace(/[^ -~]/g, '?');
  return line.length > 60 ? `"${plain}"…` : `"${plain}"`;
}

/** What all of them come to: of an option that several set, what the last one says. Text for the end of a `.config`. */
export function mergeFragments(fragments: readonly Fragment[]): string {
  const merged = new Map(fragments.flatMap(({ settings }) => [...settings]));
  const lines = [...merged].map(([option, { value }]) =>
    value === 'n' ? `# ${option} is not set` : `${option}=${value}`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * Makes sure that a configuration has become what fragments ask for: `make olddefconfig` drops without a word what a
 * kernel does not know, and what needs another option that is not set.
 * @throws SetUpError 'kernel-unusable' naming options and fragments.
 */
export function checkFragments(who: string, fragments: readonly Fragment[], config: KernelConfig): void {
  const wanted = new Map(
    fragments.flatMap(({ name, settings }) =>
      [...settings].map(([option, setting]) => [option, { name, ...setting }] as const),
    ),
  );
  const dropped = [...wanted].flatMap(([option, { name, value, isOptional }]) => {
    const got = config.get(option) ?? 'n';
    // Something else may want built in what would do as a module.
    if (isOptional || got === value || (value === 'm' && got === 'y')) return [];
    return [`${option}=${value} of "${name}" (${got === 'n' ? 'it is not set' : `it is ${got}`})`];
  });
  if (dropped.length === 0) return;
  throw new SetUpError('kernel-unusable', `${who} has not taken ${dropped.join(', ')}.`, {
    remedy:
      'It does not know the option, or the option depends on another that is not set: find it in its Kconfig files, and set that too.',
  });
}
