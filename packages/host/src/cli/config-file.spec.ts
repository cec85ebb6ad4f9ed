import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, type Option } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyConfigFile, configurable, isRepeatable, isSwitch } from './config-file.ts';
import { defineStress } from './stress.ts';
import { defineTest } from './test.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  file = join(folder, 'coordinator.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const commandOf = (name: 'test' | 'stress'): Command => {
  const command = new Command(name).exitOverride();
  (name === 'test' ? defineTest : defineStress)(command, () => {}, commands);
  return command;
};
const commands = async () => new Command();
const others = async () => [commandOf('test'), commandOf('stress')];

async function read(text: string, ...args: string[]) {
  const command = commandOf('test').action(() => {});
  command.parse(args, { from: 'user' });
  writeFileSync(file, text);
  await applyConfigFile(command, file, others);
  return command.opts();
}

describe('a configuration', () => {
  it('gives what the command line does not', async () => {
    const text =
      'guests: 4\nmemory: 512M\nreporter: [terminal, junit=out.xml]\nappend: nokaslr\ntimeout: 2m\n';
    expect(await read(text, '--guests', '3')).toMatchObject({
      guests: 3,
      memory: 512,
      reporter: ['terminal', 'junit=out.xml'],
      append: ['nokaslr'],
      timeout: 120_000,
    });
  });

  it('turns on and off', async () => {
    expect(await read('color: false\nkeep: true\nlist: true\n')).toMatchObject({
      color: false,
      keep: true,
      list: true,
    });
    expect(await read('color: true\n')).toMatchObject({ color: true });
  });

  it('may hold what another command knows', async () => {
    expect(await read('rounds: 64\nguests: 2\n')).toMatchObject({ guests: 2 });
    expect(await read('')).toMatchObject({ guests: 1 });
  });

  it.each([
    ['guests: [1, 2]', ':1:1: must be one value'],
    ['reporter: []', ':1:1: must be one value, or several'],
    ['color: no-idea', ':1:1: must be true or false'],
    ['keep: 1', ':1:1: must be true or false'],
    ['guests: true', ':1:1: must be a text or a number'],
    ['guests: { a: 1 }', ':1:1: must be a text or a number'],
    ['\nspeed: 1', ':2:1: there is no option "speed" of test'],
    ['config: other.yaml', ':1:1: there is no option "config" of test'],
    ['guests: 0', ':1:1: Give a whole number from 1 to 4096.'],
    ['platform: cloud', ':1:1: Allowed choices are auto, virtual, host, lab.'],
    ['- guests', ': must hold option names and their values'],
    ['guests: 1\nguests: 2', 'Map keys must be unique'],
  ])('%j is refused: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

/** docs/config.schema.json, for editors. `vitest run -u` writes it anew. */
describe('the published schema', () => {
  it('has all that a configuration may hold', async () => {
    const options = new Map((await others()).flatMap((command) => [...configurable(command)]));
    const properties = Object.fromEntries(
      [...options]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, option]) => [name, describeOption(option)]),
    );
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      description:
        'Values for the options of coordinator test and stress: coordinator.yaml, or --config FILE.',
      type: 'object',
      properties,
      additionalProperties: false,
    };
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../../docs/config.schema.json');
  });
});

function describeOption(option: Option): object {
  const { description, argChoices } = option;
  // `--no-color` is told of as what it turns off.
  if (isSwitch(option))
    return { description: option.negate ? `false: ${description}` : description, type: 'boolean' };
  const value = argChoices ? { enum: argChoices } : { type: ['string', 'number'] };
  if (!isRepeatable(option)) return { description, ...value };
  return { description, anyOf: [value, { type: 'array', items: value, minItems: 1 }] };
}
