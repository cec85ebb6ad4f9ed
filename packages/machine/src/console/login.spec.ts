import { beforeEach, describe, expect, it } from 'vitest';
import { defaultPrompts } from './guest-words.ts';
import { Login, type LoginSetting } from './login.ts';

const setting: LoginSetting = {
  user: 'root',
  password: 'sesame',
  loginPrompt: defaultPrompts.login,
  passwordPrompt: defaultPrompts.password,
  shellPrompt: defaultPrompts.shell,
  mountPoint: '/tmp/hostshare',
};

let typed: string[];
let failures: string[];
let login: Login;

function open(change: Partial<LoginSetting> = {}, patience?: number): void {
  typed = [];
  failures = [];
  login = new Login(
    { ...setting, ...change },
    { type: (text) => typed.push(text), fail: (reason) => failures.push(reason) },
    patience,
  );
}

/** The guest prints, all of it in these pieces, and is silent then. */
function print(...pieces: string[]): void {
  for (const piece of pieces) login.push(Buffer.from(piece));
  login.settle();
}

function logIn(): void {
  print('Welcome to Buildroot\r\nbuildroot login: ');
  print('root\r\nPassword: ');
  print('\r\n# ');
}

beforeEach(() => open());

describe('Login', () => {
  it('answers prompts one after the other and starts the agent', () => {
    logIn();
    expect(typed).toEqual([
      'root\r',
      'sesame\r',
      expect.stringMatching(/^if mkdir -p \/tmp\/hostshare && mount /),
    ]);
    expect(typed[2]).toMatch(
      / -t 9p -o \S*trans=virtio,version=9p2000\.L\S* hostshare \/tmp\/hostshare; then sh \/tmp\/hostshare\/start;/,
    );
    expect(login.waitingFor).toMatch(/agent/);
    expect(failures).toEqual([]);
  });

  it('waits through what a kernel and its services print', () => {
    print('[    0.000000] Booting Linux\r\n');
    print('[    1.2] Oops-like: 0 [#');
    print('1] SMP\r\nStarting syslogd: OK\r\nThe login: service starts\r\n$ ');
    expect(typed).toEqual([]);
    expect(login.waitingFor).toBe('the login prompt');
  });

  it('knows a prompt that comes in pieces, with escape sequences around it', () => {
    print('buildroot lo', 'gin', ':', ' ');
    print('Pass', 'word: ');
    print('\x1b[1;32mroot@arm\x1b[0m:~# \x1b[', '6n');
    expect(typed).toHaveLength(3);
  });

  it('knows a prompt that the kernel printed over', () => {
    print('buildroot login: [    5.123456] random: crng init done\r\n');
    print('Password: [    6.000001][    T1] usb 1-1: new device\r\n[    6.000002] usb 1-1: gone\r\n');
    expect(typed).toEqual(['root\r', 'sesame\r']);
  });

  it('asks for a prompt again that something else was printed over, but not where that would be a password', () => {
    print('buildroot login: udevd starts\r\n');
    login.nudge();
    print('\r\nbuildroot login: ');
    expect(typed).toEqual(['\r', 'root\r']);
    print('Password: udevd is there\r\n');
    login.nudge();
    expect(typed).toHaveLength(2);
  });

  it('needs no password where none is asked for', () => {
    open({ password: null });
    print('login: ');
    print('root\r\n~ $ ');
    expect(typed[1]).toMatch(/^if mkdir/);
  });

  it('enters the user again when it is asked again, a few times', () => {
    for (let entry = 0; entry < 4; entry++) print('login: ');
    expect(typed).toEqual(['root\r', 'root\r', 'root\r']);
    expect(failures).toEqual([
      'the guest refused the login of root on its console: it asked for a user 4 times',
    ]);
  });

  it.each(['\r\nLogin incorrect\r\n', '\r\nbuildroot login: ', '\r\nPassword: '])(
    'types the password only once, and fails after %j',
    (answer) => {
      print('login: ');
      print('Password: ');
      print(answer);
      print('login: ');
      print('Password: ');
      login.nudge();
      expect(typed).toEqual(['root\r', 'sesame\r']);
      expect(failures).toEqual([
        'the guest refused the login of root on its console: wrong user or password',
      ]);
      expect(failures.join()).not.toContain('sesame');
    },
  );

  it('says that a password is needed', () => {
    open({ password: null });
    print('login: ');
    print('Password: ');
    expect(failures).toEqual(['the guest asks for a password of root; give it one with --login-password']);
  });

  it('takes the prompts it is given', () => {
    open({ loginPrompt: /Benutzer> $/, passwordPrompt: /Kennwort> $/, shellPrompt: /bereit> $/ });
    print('login: ');
    print('Benutzer> ');
    print('Kennwort> ');
    print('# ');
    print('bereit> ');
    expect(typed).toHaveLength(3);
  });

  it('is not misled by the echo of its own command', () => {
    logIn();
    print(`${typed[2]}\r\n`);
    expect(failures).toEqual([]);
  });

  it.each([
    [
      'mount: No such device\r\n\r\ncoordinator: the mount failed with status 255\r\n# ',
      /could not be mounted .*\(status 255\): mount: No such device$/,
    ],
    [
      'sh: cannot open start\r\n\r\ncoordinator: the agent failed with status 2\r\n',
      /ended with status 2: sh: cannot open start$/,
    ],
  ])('says what failed: %j', (output, reason) => {
    logIn();
    print(output);
    expect(failures).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    [
      'BusyBox init that asks first',
      '[    1.912345] Run /init as init process\r\nPlease press Enter to activate this console. ',
    ],
    [
      'and a kernel that prints over it',
      'Please press Enter to activate this console. [    2.000001] random: ready\r\n',
    ],
  ])('presses Enter for %s', (_, output) => {
    print(output);
    expect(typed).toEqual(['\r']);
    print('\r\n\r\nBusyBox v1.36.1 built-in shell (ash)\r\n\r\n~ # ');
    expect(typed[1]).toMatch(/^if mkdir/);
  });

  it.each([
    [
      'Debian GNU/Linux 13 vm ttyAMA0\r\n\r\nvm login: root (automatic login)\r\n\r\nLinux vm 6.12.0\r\n\x1b[?2004hroot@vm:~# ',
      '\x1b[?2004l\r\n\x1b[?2004hroot@vm:~# ',
    ],
    [
      "[    0.912345] Run /bin/sh as init process\r\n/bin/sh: can't access tty; job control turned off\r\n/ # ",
      '\r\n/ # ',
    ],
  ])('takes for a shell what answers an empty line as one: %j', (output, answer) => {
    print(output);
    expect([typed, login.maySeeShell]).toEqual([[], true]);
    login.nudge();
    print(answer);
    expect(typed).toEqual(['\r', expect.stringMatching(/^if mkdir/)]);
    expect(login.maySeeShell).toBe(false);
  });

  it('takes for no shell what does not', () => {
    print('[    1.2] Oops-like: 0 [#');
    login.nudge();
    print('1] SMP\r\n');
    print('[    2.123456] Code: d503 [#');
    expect(typed).toEqual(['\r']);
  });

  it.each([
    ['SGR 0 with a choice of character set', '\r\n\x1b[?1034h\x1b[1m\x1b[31mhost:~ # \x1b(B\x1b[m'],
    ['shift in', '\r\nhost:~ # \x1b[m\x0f'],
    ['OSC with ST', '\r\n\x1b]3008;start=1;user=root;cwd=/root\x1b\\\x1b[?2004h[root@vm ~]# '],
    ['OSC after it', '\r\n\x1b]133;A\x1b\\root@vm:~# \x1b]133;B\x1b\\'],
    ['OSC with BEL', '\r\n\x1b]0;root@vm: ~\x07root@vm:~# \x1b]133;B\x07'],
    ['DCS, APC, PM and SOS', '\r\n\x1bP+q544e\x1b\\# \x1b_x\x1b\\\x1b^y\x1b\\\x1bXz\x1b\\'],
    ['introducers of one character', '\r\n\u009b1m# \u009d133;B\u009c\u009bm'],
    ['sequences without parameters', '\r\n\x1b7\x1b=\x1bc# \x1b8\x1b>\x1b#8'],
  ])('knows a prompt with %s', (_, prompt) => {
    print('login: ');
    print(`root${prompt}`);
    expect(typed[1]).toMatch(/^if mkdir/);
  });

  it.each([
    'p /tmp/hostshare; then sh /tmp/hostshare/start; fi\r\n-ash: syntax error: unexpected "then"\r\n/ # ',
    '\r\n-ash: kdir: not found\r\n/ # ',
  ])('types the line again when the shell has lost a part of it, once: %j', (output) => {
    logIn();
    print(output);
    expect(typed).toHaveLength(4);
    expect(typed[3]).toBe(typed[2]);
    expect(failures).toEqual([]);
    print(output);
    expect(typed).toHaveLength(4);
    expect(failures).toEqual([
      expect.stringMatching(
        /^the shell on the guest's console did not start the agent, typed 2 times: it says: -ash: /,
      ),
    ]);
  });

  it('asks a shell that has lost all of it', () => {
    logIn();
    login.nudge();
    expect(typed).toHaveLength(4);
    print('\r\n# ');
    expect(typed).toEqual([...Array(2).fill(expect.any(String)), typed[2], '\r', typed[2]]);
    login.nudge();
    print('\r\n# ');
    expect(failures).toEqual([expect.stringMatching(/typed 2 times: it says: its prompt only$/)]);
  });

  it('ends a command that a lost quote left open', () => {
    logIn();
    print(`${typed[2]?.replace("'", '')}\r\n> `);
    expect(typed[3]).toBe('\x03');
    print('^C\r\n# ');
    expect(typed[4]).toBe(typed[2]);
  });

  it('is not misled by answers to empty lines it typed before, nor by a pause in the echo', () => {
    logIn();
    print('\r\n# ');
    print('\r\n# ');
    const command = typed[2] ?? '';
    const middle = command.indexOf('$?') + 1;
    print(command.slice(0, middle));
    print(command.slice(middle), '\r\n');
    expect(typed).toHaveLength(3);
  });

  it.each([
    ['root', 'ot'],
    ['root', 'rot'],
    ['tester', 'ter'],
  ])('types the user %s again when a getty read %s, and no password of that one', (user, read) => {
    open({ user });
    print('buildroot login: ');
    print(`${read}\r\nPassword: `);
    expect(typed).toEqual([`${user}\r`, '\r']);
    print('\r\nLogin incorrect\r\nbuildroot login: ');
    print(`${user}\r\nPassword: `);
    expect(typed.slice(2)).toEqual([`${user}\r`, 'sesame\r']);
    expect(failures).toEqual([]);
  });

  it('knows a part of the user behind a prompt that is drawn anew, and asks nobody for a password then', () => {
    open({ password: null });
    print('buildroot login: ');
    print('\r\nbuildroot login: oot\r\nPassword: ');
    expect([typed, failures]).toEqual([['root\r', '\r'], []]);
  });

  it.each(['root', 'o\r\nroot', '', 'root@vm', 'Last login: Mon o', '\r\nbuildroot login: root'])(
    'takes no other line for a part of the user: %j',
    (echo) => {
      print('buildroot login: ');
      print(`${echo}\r\nPassword: `);
      expect(typed).toEqual(['root\r', 'sesame\r']);
    },
  );

  it('is told of a part again and again, and then no more', () => {
    for (let entry = 0; entry < 4; entry++) {
      print('login: ');
      print('ot\r\nPassword: ');
    }
    expect(typed).toEqual(['root\r', '\r', 'root\r', '\r', 'root\r', '\r']);
    expect(failures).toEqual([expect.stringMatching(/asked for a user 4 times/)]);
  });

  describe('with a console that does not answer', () => {
    const PATIENCE = 3;
    const nudge = (times: number) => {
      for (let time = 0; time < times; time++) login.nudge();
    };

    it('types the user once more, and fails with what it shows', () => {
      open({}, PATIENCE);
      nudge(100);
      print('Welcome\r\nbuildroot login: ');
      typed.length = 0;
      print('root\r\n');
      nudge(PATIENCE - 1);
      expect(typed).toEqual([]);
      nudge(1);
      expect(typed).toEqual(['root\r']);
      nudge(PATIENCE - 1);
      expect(failures).toEqual([]);
      nudge(1);
      expect(failures).toEqual([
        'no answer that is known came to the user, typed twice at the guest\'s console (waiting for a password or shell prompt): it shows "buildroot login: root"',
      ]);
      nudge(100);
      expect([typed.length, failures.length]).toEqual([1, 1]);
    });

    it('does so when the answer is none that it knows', () => {
      open({ password: null, shellPrompt: /ready> $/ }, PATIENCE);
      print('login: ');
      for (let time = 0; time < 2 * PATIENCE; time++) {
        print('\r\nbuildroot:~# ');
        nudge(1);
      }
      expect(typed.filter((line) => line === 'root\r')).toHaveLength(2);
      expect(failures).toEqual([expect.stringMatching(/it shows "buildroot:~#"$/)]);
    });

    it('types no password again, and shows none', () => {
      open({}, PATIENCE);
      print('login: ');
      print('Password: ');
      print('sesame\r\nsesame is read');
      nudge(2 * PATIENCE);
      expect(typed.filter((line) => line === 'sesame\r')).toHaveLength(1);
      expect(failures).toEqual([
        expect.stringMatching(/^no answer .* to the password, typed once .* it shows "\*\*\* is read"$/),
      ]);
    });

    it('types the line that starts the agent once more, and fails', () => {
      open({}, PATIENCE);
      logIn();
      nudge(2 * PATIENCE);
      const command = typed[2];
      expect(typed.slice(3)).toEqual(['\r', '\r', command, '\r', '\r']);
      expect(failures).toEqual([
        expect.stringMatching(/to the line that starts the agent, typed twice .*: it shows "#"$/),
      ]);
    });

    it('waits for a shell that is busy with the line: its terminal echoes', () => {
      open({}, PATIENCE);
      logIn();
      for (let time = 0; time < 10 * PATIENCE; time++) {
        print('\r\n');
        nudge(1);
      }
      expect(failures).toEqual([]);
    });

    it('gives one that asked for Enter up, but none that only boots', () => {
      open({}, PATIENCE);
      print('Starting\r\n');
      nudge(100);
      expect(failures).toEqual([]);
      print('Please press Enter to activate this console. ');
      nudge(2 * PATIENCE);
      expect(failures).toEqual([expect.stringMatching(/^no answer .* to Enter, typed twice/)]);
    });
  });

  it('shows a pattern no more than the end of what a guest prints', () => {
    let seen = 0;
    const loginPrompt = /x$/;
    loginPrompt.test = (text: string) => {
      seen = Math.max(seen, text.length);
      return false;
    };
    open({ loginPrompt });
    print(...Array<string>(1000).fill('x'.repeat(10_000)));
    expect(seen).toBe(256);
  });

  it('finds its prompt after any amount of output, quickly', () => {
    const started = performance.now();
    for (let line = 0; line < 200; line++) print('[ '.repeat(20_000), `[    1.${line}`);
    expect(performance.now() - started).toBeLessThan(2000);
    print('\r\nlogin: ');
    expect(typed).toEqual(['root\r']);
  });
});
