import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '@coordinator/base/errors';
import type { Command, Option } from 'commander';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { repeated } from './values.ts';

/**
 * Fills in options from a YAML file: `guests: 4`, `memory: 512M`, `reporter: [terminal, junit=out.xml]`. What the
 * command line says comes first.
 * @param others commands that such a file is for too: what only they know is passed over
 * @throws CoordinatorError naming file, line and column.
 */
export async function applyConfigFile(
  command: Command,
  file: string,
  others: () => Promise<readonly Command[]>,
): Promise<void> {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [mistake] = document.errors;
  if (mistake) throw usageError(`${place(mistake.pos[0])}: ${mistake.message}`);
  if (document.contents === null) return;
  if (!isMap(document.contents)) throw usageError(`${file}: must hold option names and their values`);
  for (const { key, value } of document.contents.items) {
    const offset = (isScalar(key) ? key.range?.[0] : undefined) ?? 0;
    const name = isScalar(key) ? String(key.value) : '';
    const option = configurable(command).get(name);
    if (!option) {
      if ((await others()).some((other) => configurable(other).has(name))) continue;
      throw usageError(`${place(offset)}: there is no option "${name}" of ${command.name()}`);
    }
    if (command.getOptionValueSource(option.attributeName()) === 'cli') continue;
    const values = isSeq(value) ? value.items : [value];
    const texts = values.map((item) => (isScalar(item) ? item.value : undefined));
    command.setOptionValueWithSource(
      option.attributeName(),
      readValue(option, texts, place(offset)),
      'config',
    );
  }
}

/** The options of a command that such a file may give, by the names that it calls them. */
export function configurable(command: Command): Map<string, Option> {
  const named = command.options.flatMap((option): [string, Option][] => {
    const name = (option.long ?? '').replace(/^--(no-)?/, '');
    return name === '' || name === 'config' || option.hidden ? [] : [[name, option]];
  });
  return new Map(named);
}

/** Whether it is there or not: `--keep`, `--no-color`. */
export const isSwitch = (option: Option): boolean => option.isBoolean() || option.negate;

/** Whether it may be given several times. */
export const isRepeatable = (option: Option): boolean => option.parseArg === repeated;

function readValue(option: Option, values: readonly unknown[], where: string): unknown {
  if (values.length !== 1 && !(values.length > 1 && isRepeatable(option)))
    throw usageError(`${where}: must be one value${isRepeatable(option) ? ', or several' : ''}`);
  if (isSwitch(option)) {
    if (typeof values[0] === 'boolean') return values[0];
    throw usageError(`${where}: must be true or false`);
  }
  let result: unknown;
  for (const value of values) {
    if (typeof value !== 'string' && typeof value !== 'number')
      throw usageError(`${where}: must be a text or a number`);
    try {
      result = option.parseArg ? option.parseArg(String(value), result) : String(value);
    } catch (error) {
      throw usageError(`${where}: ${messageOf(error)}`);
    }
  }
  return result;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`the configuration ${file} cannot be read: ${messageOf(error)}`);
  }
}
