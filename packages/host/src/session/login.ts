import { defaultPrompts, type LoginSetting } from '@coordinator/machine/console';
import { usageError } from '@coordinator/machine/errors';
import { type Command, InvalidArgumentError, Option } from 'commander';

const PASSWORD_OPTION = '--login-password';
export const PASSWORD_VARIABLE = 'COORDINATOR_LOGIN_PASSWORD';
const DEFAULT_USER = 'root';
const DEFAULT_MOUNT_POINT = '/tmp/hostshare';

/** For guests whose RAM disk does not start the agent; see {@link readLogin}. */
export interface LoginOptions {
  readonly consoleLogin: boolean;
  readonly loginUser?: string;
  readonly loginPassword?: string;
  readonly loginPrompt?: RegExp;
  readonly passwordPrompt?: RegExp;
  readonly shellPrompt?: RegExp;
  readonly loginMount?: string;
}

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

/**
 * How to log in on guests' consoles, or null when they start the agent by themselves.
 * @throws CoordinatorError when there is more about a login, but none is asked for.
 */
export function readLogin(
  options: LoginOptions,
  environment: NodeJS.ProcessEnv = process.env,
): LoginSetting | null {
  if (!options.consoleLogin) {
    const [flag] = givenFlags(options);
    if (flag !== undefined) throw usageError(`${flag} is for a login on the console`, 'add --console-login');
    return null;
  }
  return {
    user: options.loginUser ?? DEFAULT_USER,
    password: readPassword(options, environment),
    loginPrompt: options.loginPrompt ?? defaultPrompts.login,
    passwordPrompt: options.passwordPrompt ?? defaultPrompts.password,
    shellPrompt: options.shellPrompt ?? defaultPrompts.shell,
    mountPoint: options.loginMount ?? DEFAULT_MOUNT_POINT,
  };
}

/** The same options as words of a command line, without the password. */
export function loginFlags(options: LoginOptions): string[] {
  if (!options.consoleLogin) return [];
  const { loginUser, loginPrompt, passwordPrompt, shellPrompt, loginMount } = options;
  const values: [string, string | undefined][] = [
    ['--login-user', loginUser],
    ['--login-prompt', loginPrompt?.source],
    ['--password-prompt', passwordPrompt?.source],
    ['--shell-prompt', shellPrompt?.source],
    ['--login-mount', loginMount],
  ];
  // One word: a pattern may begin with a dash.
  return [
    '--console-login',
    ...values.flatMap(([flag, value]) => (value === undefined ? [] : `${flag}=${value}`)),
  ];
}

/** The password as the variable that another coordinator reads it from. */
export function loginEnvironment(options: LoginOptions): Record<string, string> {
  const password = options.consoleLogin ? readPassword(options, process.env) : null;
  return password === null ? {} : { [PASSWORD_VARIABLE]: password };
}

/** A command line that may be shown and kept. */
export function withoutPassword(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    if (argv[index - 1] === PASSWORD_OPTION) return '***';
    return word.startsWith(`${PASSWORD_OPTION}=`) ? `${PASSWORD_OPTION}=***` : word;
  });
}

function readPassword({ loginPassword }: LoginOptions, environment: NodeJS.ProcessEnv): string | null {
  const password = loginPassword ?? environment[PASSWORD_VARIABLE] ?? null;
  if (password === null || isTypable(password)) return password;
  throw usageError('the password for the console has a control character in it');
}

function givenFlags(options: LoginOptions): string[] {
  const password = options.loginPassword === undefined ? [] : [PASSWORD_OPTION];
  return [
    ...loginFlags({ ...options, consoleLogin: true })
      .slice(1)
      .map((word) => word.replace(/=.*/s, '')),
    ...password,
  ];
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

function isTypable(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}
