import { defaultPrompts } from '@coordinator/machine/console';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_MOUNT_POINT,
  DEFAULT_USER,
  isTypable,
  PASSWORD_OPTION,
  PASSWORD_VARIABLE,
} from '../session/login.ts';

export function addLoginOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--console-login',
        'log in on the serial console and start the agent from there: for an --initrd of your own, such as Buildroot',
      ).default(false),
    )
    .addOption(
      new Option('--login-user <name>', `user to log in as (default: ${DEFAULT_USER})`).argParser(typed),
    )
    .addOption(
      new Option(
        `${PASSWORD_OPTION} <text>`,
        `password, if one is asked for; also $${PASSWORD_VARIABLE}`,
      ).argParser(typed),
    )
    .addOption(promptOption('--login-prompt', 'login', defaultPrompts.login))
    .addOption(promptOption('--password-prompt', 'password', defaultPrompts.password))
    .addOption(promptOption('--shell-prompt', 'shell', defaultPrompts.shell))
    .addOption(
      new Option(
        '--login-mount <dir>',
        `where the guest mounts the guest kit then (default: ${DEFAULT_MOUNT_POINT})`,
      ).argParser(folder),
    );
}

function promptOption(flag: string, what: string, usual: RegExp) {
  return new Option(
    `${flag} <regex>`,
    `the guest's ${what} prompt, at the end of what it printed (default: ${usual.source})`,
  ).argParser(prompt);
}

function prompt(text: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  if (pattern.test('')) throw new InvalidArgumentError('It matches where nothing is printed.');
  return pattern;
}

function typed(text: string): string {
  if (isTypable(text)) return text;
  throw new InvalidArgumentError('It has a control character in it.');
}

function folder(text: string): string {
  if (/^(\/[\w.+-]+)+$/.test(text)) return text;
  throw new InvalidArgumentError('Give an absolute path of letters, digits and . _ + - only.');
}
