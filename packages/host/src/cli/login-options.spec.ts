import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type LoginOptions, loginFlags, readLogin, withoutPassword } from '../session/login.ts';
import { addLoginOptions } from './login-options.ts';

function parse(...words: string[]): LoginOptions {
  const command = addLoginOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(words, { from: 'user' }).opts<LoginOptions>();
}

describe('readLogin', () => {
  it('is null without --console-login, whatever the environment says', () => {
    expect(readLogin(parse(), { COORDINATOR_LOGIN_PASSWORD: 'x' })).toBeNull();
  });

  it('has the defaults of Buildroot, and the password of the environment', () => {
    expect(readLogin(parse('--console-login'), {})).toMatchObject({ user: 'root', password: null });
    expect(readLogin(parse('--console-login'), { COORDINATOR_LOGIN_PASSWORD: 'x' })?.password).toBe('x');
    expect(
      readLogin(parse('--console-login', '--login-password', 'y'), { COORDINATOR_LOGIN_PASSWORD: 'x' })
        ?.password,
    ).toBe('y');
  });

  it.each(['--login-user', '--login-password'])('refuses %s without --console-login', (flag) => {
    expect(() => readLogin(parse(flag, 'x'), {})).toThrow(`${flag} is for a login on the console`);
  });

  it('refuses a password that cannot be typed', () => {
    expect(() => readLogin(parse('--console-login'), { COORDINATOR_LOGIN_PASSWORD: 'a\nb' })).toThrow(
      /control/,
    );
  });
});

describe('the options', () => {
  it.each([
    ['--login-prompt', '('],
    ['--shell-prompt', ' *$'],
    ['--login-user', 'a\rb'],
    ['--login-mount', 'tmp'],
    ['--login-mount', '/tmp/a;reboot'],
  ])('refuse %s %j', (flag, value) => {
    expect(() => parse('--console-login', flag, value)).toThrow();
  });

  it('survive being handed on, without the password', () => {
    const words = [
      '--console-login',
      '--login-user',
      'me',
      '--shell-prompt',
      '-/> $',
      '--login-password',
      'y',
    ];
    const options = parse(...words);
    const { loginPassword: _, ...rest } = options;
    expect(loginFlags(options).join(' ')).not.toContain('password y');
    expect(parse(...loginFlags(options))).toEqual(rest);
  });
});

describe('withoutPassword', () => {
  it('leaves it out in both ways to write it', () => {
    expect(withoutPassword(['test', '--login-password', 'x', '--login-password=y', '--guests', '2'])).toEqual(
      [...['test', '--login-password', '***', '--login-password=***', '--guests', '2']],
    );
  });
});
