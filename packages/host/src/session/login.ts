import { usageError } from '@coordinator/base/errors';
import { defaultPrompts, type LoginSetting } from '@coordinator/machine/console';

export const PASSWORD_OPTION = '--login-password';
export const PASSWORD_VARIABLE = 'COORDINATOR_LOGIN_PASSWORD';
export const DEFAULT_USER = 'root';
export const DEFAULT_MOUNT_POINT = '/tmp/hostshare';

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

/** Whether it can be typed at a console as it is. */
export function isTypable(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}
