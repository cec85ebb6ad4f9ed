import {
  defaultPrompts,
  LineSplitter,
  type LoginSetting,
  matchConsoleLine,
} from '@coordinator/machine/console';
import { Login } from '../../../packages/machine/src/console/login.ts';
import { holds, type Target, utf8 } from '../target.ts';

const MAX_LINE_CHARACTERS = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;

function linesOf(bytes: Uint8Array, pieceBytes: number): readonly string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    lines.push(...splitter.push(Buffer.from(bytes.subarray(at, at + pieceBytes))));
  return [...lines, ...splitter.end()];
}

const setting: LoginSetting = {
  user: 'root',
  password: 'secret',
  loginPrompt: defaultPrompts.login,
  passwordPrompt: defaultPrompts.password,
  shellPrompt: defaultPrompts.shell,
  mountPoint: '/mnt',
};

/**
 * A user logs in at whatever the guest prints: the password is typed once at most, and not before the user; the agent
 * is started twice at most.
 */
function logIn(bytes: Uint8Array, pieceBytes: number): void {
  const typed: string[] = [];
  let failures = 0;
  const login = new Login(setting, {
    type: (text) => typed.push(text),
    fail: (reason) => {
      failures += 1;
      holds(reason.length <= 1000 && !CONTROLS.test(reason), 'a reason that is not one line');
    },
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    login.push(Buffer.from(bytes.subarray(at, at + pieceBytes)));
    login.settle();
    if (at % 3 === 0) login.nudge();
  }
  const lines = typed.filter((text) => text !== '\r');
  holds(failures <= 1, 'failed twice');
  holds(lines.filter((text) => text === 'secret\r').length <= 1, 'the password typed twice');
  const password = lines.indexOf('secret\r');
  holds(password === -1 || lines.slice(0, password).includes('root\r'), 'the password typed before the user');
  holds(lines.filter((text) => text.includes('/mnt/start')).length <= 2, 'the agent started too often');
}

/** What a guest prints on its console. */
export const consoleLines: Target = {
  name: 'console',
  maxBytes: 4096,
  words: [
    ...['\r\n', '\x1b[', '\x1b[31m', 'login: ', 'Password: ', '# ', 'Login incorrect', '[    1.234567] x\n'],
    ...[
      'Kernel panic - not syncing',
      'rcu: INFO: ',
      'WARNING: ',
      'coordinator: the mount failed with status 1\n',
    ],
  ],
  seeds: [
    'Welcome\r\nbuildroot login: root\r\nPassword: \r\n# ',
    '[    0.000000] Booting\n\x1b[31mKernel panic - not syncing: x\x1b[0m\r\n',
    'login: \nlogin: \n# \ncoordinator: the agent failed with status 3\n',
  ].map(utf8),
  run: (bytes) => {
    for (const piece of [bytes.length || 1, 11]) {
      const lines = linesOf(bytes, piece);
      for (const line of lines) {
        holds(line.length <= MAX_LINE_CHARACTERS, 'a line without bound');
        holds(!CONTROLS.test(line), `a control character in ${JSON.stringify(line)}`);
        const finding = matchConsoleLine(line);
        holds(finding === null || finding.line === line, 'a finding of another line');
      }
    }
    logIn(bytes, 1 + (bytes[0] ?? 0));
  },
};
