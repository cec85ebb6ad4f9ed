import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '@coordinator/base/errors';
import type { Command, Option } from 'commander';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/**
 * Fills in options from a YAML file: `guests: 4`, `memory: 512M`, `reporter: [terminal, junit=out.xml]`. What the
 * command line says comes first.
 * @throws CoordinatorError naming file, line and column.
 */
export function applyConfigFile(command: Command, file: string): void {
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
    const option = command.options.find(({ long }) => long === `--${name}` || long === `--no-${name}`);
    if (!option || name === 'config')
      throw usageError(`${place(offset)}: there is no option "${name}" of ${command.name()}`);
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

function readValue(option: Option, values: readonly unknown[], where: string): unknown {
  if (option.isBoolean()) {
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
