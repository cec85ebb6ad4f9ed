import type { Argument, Command, Option } from 'commander';

/** One command as its definition says it, for completions and manual pages: what `--help` is made from as well. */
export interface Page {
  /** From the program on: ["coordinator", "lab", "up"]. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly usage: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly OptionEntry[];
  /** What its help says behind the options: examples, exit codes. */
  readonly after: string;
  readonly commands: readonly Page[];
}

export interface OptionEntry {
  /** As the help shows it: "-g, --guests <n>". */
  readonly flags: string;
  readonly short: string | null;
  readonly long: string;
  readonly summary: string;
  readonly value: OptionValue | null;
  readonly isRepeatable: boolean;
}

/** What may stand behind an option. */
export interface OptionValue {
  /** As in the help: "n", "name|file". */
  readonly name: string;
  readonly kind: 'choice' | 'file' | 'folder' | 'other';
  readonly choices: readonly string[];
}

/** The pages of a program and all its commands, each before its own. */
export function describe(command: Command, before: readonly string[] = []): Page {
  const path = [...before, command.name()];
  const help = command.createHelp();
  const information = command.helpInformation();
  let whole = '';
  command.configureOutput({ writeOut: (text) => (whole += text) });
  command.outputHelp();
  return {
    path,
    summary: command.description(),
    usage: [...before, help.commandUsage(command).split(' ').slice(before.length).join(' ')].join(' '),
    arguments: help.visibleArguments(command),
    options: help.visibleOptions(command).map((option) => entryOf(option, help.optionDescription(option))),
    after: whole.slice(information.length).trim(),
    commands: help
      .visibleCommands(command)
      .filter((inner) => inner.name() !== 'help')
      .map((inner) => describe(inner, path)),
  };
}

/** What its first argument may be; nothing where anything may. */
export const choicesOf = ({ arguments: [first] }: Page): readonly string[] => first?.argChoices ?? [];

/** It and all those inside it. */
export const allPages = (page: Page): readonly Page[] => [page, ...page.commands.flatMap(allPages)];

function entryOf(option: Option, summary: string): OptionEntry {
  return {
    ...{ flags: option.flags, short: option.short ?? null, long: option.long ?? '', summary },
    value: readValue(option),
    isRepeatable: /\brepeatable\b/.test(option.description),
  };
}

function readValue({ flags, argChoices = [] }: Option): OptionValue | null {
  const [, name] = /[<[](.+)[>\]]$/.exec(flags) ?? [];
  if (name === undefined) return null;
  const choices = [...argChoices];
  if (choices.length > 0) return { name, kind: 'choice', choices };
  const kind = /\b(file|path)\b/.test(name) ? 'file' : /\bdir\b/.test(name) ? 'folder' : 'other';
  return { name, kind, choices };
}
