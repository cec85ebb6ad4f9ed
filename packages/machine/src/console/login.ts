import { StringDecoder } from 'node:string_decoder';
import { withoutControls } from './line-splitter.ts';

/** How to get at a shell on a guest's console, and what to start from it. */
export interface LoginSetting {
  readonly user: string;
  /** What a password prompt is answered with; null when there should be none. */
  readonly password: string | null;
  /** Prompts, as they stand at the end of the output. */
  readonly loginPrompt: RegExp;
  readonly passwordPrompt: RegExp;
  readonly shellPrompt: RegExp;
  /** Where the guest mounts the share `hostshare`: an absolute path without characters a shell reads as its own. */
  readonly mountPoint: string;
}

export const defaultPrompts = {
  login: /login: *$/,
  password: /[Pp]assword: *$/,
  shell: /[#$] *$/,
} as const;

/** What a login wants done. None may throw. */
export interface LoginActions {
  /** Types `text` at the console. */
  type(text: string): void;
  /** The login is over without an agent; called at most once. */
  fail(reason: string): void;
}

/** The guest chooses what it prints and the user the pattern: so much of the one is shown to the other. */
const PROMPT_CHARACTERS = 256;
/** Kept to find a prompt in: as many kernel messages may be printed over it. */
const TAIL_CHARACTERS = 4096;
/** A getty asks again when what it read was damaged by other output; a login that fails asks again too. */
const MAX_USER_ENTRIES = 3;

/** Whole messages of the kernel, which go to the console whatever else is being printed there. */
const KERNEL_MESSAGE = /\[ *\d{1,10}\.\d{6}\](?:\[ *[TC]\d{1,10}\])? [^\n]*\n/g;
const COMPLAINT_CHARACTERS = 200;
const REFUSAL = /login incorrect/i;
const ENTER = '\r';

type Step = 'login' | 'password' | 'shell' | 'agent';

const waitingFor: Readonly<Record<Step, string>> = {
  login: 'the login prompt',
  password: 'a password or shell prompt',
  shell: 'the shell prompt',
  agent: 'the agent, which was started from the console',
};

/**
 * Logs in on a guest's serial console and starts the agent from its shell, as somebody at the keyboard would. Fed with
 * what the guest prints; when it has printed nothing for a moment ({@link settle}), the end of that is a prompt or is
 * not. Knows no clock. Types the password once at most.
 */
export class Login {
  readonly #setting: LoginSetting;
  readonly #actions: LoginActions;
  readonly #decoder = new StringDecoder('utf8');
  #step: Step = 'login';
  #tail = '';
  #userEntries = 0;
  #passwordSent = false;
  #over = false;

  constructor(setting: LoginSetting, actions: LoginActions) {
    this.#setting = setting;
    this.#actions = actions;
  }

  /** What it waits for, for people: "the login prompt". */
  get waitingFor(): string {
    return waitingFor[this.#step];
  }

  push(chunk: Buffer): void {
    this.#tail = (this.#tail + this.#decoder.write(chunk)).slice(-TAIL_CHARACTERS);
  }

  /** The guest has stopped printing, for now. */
  settle(): void {
    if (this.#over) return;
    const output = withoutControls(this.#tail).replace(KERNEL_MESSAGE, '');
    if (this.#step === 'agent') {
      this.#checkStart(output);
      return;
    }
    const prompt = output.slice(-PROMPT_CHARACTERS);
    const { loginPrompt, passwordPrompt, shellPrompt } = this.#setting;
    if (this.#passwordSent && REFUSAL.test(prompt)) this.#fail(`${this.#refusal}: wrong user or password`);
    else if (loginPrompt.test(prompt)) this.#enterUser();
    else if (this.#step === 'login') return;
    else if (passwordPrompt.test(prompt)) this.#enterPassword();
    else if (shellPrompt.test(prompt)) this.#startAgent();
  }

  /**
   * Nothing has been printed for long. A prompt may have been missed, for example because something was printed over
   * it: an empty line makes a getty and a shell print theirs again. Where a password is asked for it would be one.
   */
  nudge(): void {
    const mayBePassword = this.#step === 'password' && this.#setting.password !== null;
    if (this.#over || mayBePassword || this.#step === 'agent') return;
    this.#actions.type(ENTER);
  }

  #enterUser(): void {
    if (this.#passwordSent) {
      this.#fail(`${this.#refusal}: wrong user or password`);
    } else if (this.#userEntries === MAX_USER_ENTRIES) {
      this.#fail(`${this.#refusal}: it asked for a user ${MAX_USER_ENTRIES + 1} times`);
    } else {
      this.#userEntries += 1;
      this.#type('password', this.#setting.user);
    }
  }

  #enterPassword(): void {
    const { password } = this.#setting;
    if (this.#passwordSent) {
      this.#fail(`${this.#refusal}: wrong user or password`);
    } else if (password === null) {
      this.#fail(`the guest asks for a password of ${this.#setting.user}; give it one with --login-password`);
    } else {
      this.#passwordSent = true;
      this.#type('shell', password);
    }
  }

  #startAgent(): void {
    this.#type('agent', startCommand(this.#setting.mountPoint));
  }

  #checkStart(output: string): void {
    const failure = /^coordinator: the (mount|agent) failed with status (\d{1,3})$/m.exec(output);
    if (!failure) return;
    const [, what, status] = failure;
    const before = output.slice(0, failure.index).trimEnd().split('\n').at(-1) ?? '';
    const said = before === '' ? '' : `: ${before.slice(-COMPLAINT_CHARACTERS)}`;
    if (what === 'mount')
      this.#fail(`the share could not be mounted from the console (status ${status})${said}`);
    else this.#fail(`the agent that was started from the console ended with status ${status}${said}`);
  }

  get #refusal(): string {
    return `the guest refused the login of ${this.#setting.user} on its console`;
  }

  #type(next: Step, line: string): void {
    this.#step = next;
    // What was seen has been answered.
    this.#tail = '';
    this.#actions.type(line + ENTER);
  }

  #fail(reason: string): void {
    this.#over = true;
    this.#actions.fail(reason);
  }
}

/**
 * One line for any POSIX shell. The words of a failure are put together by printf, so that the shell's echo of the line
 * is not taken for one. The agent switches the guest off; when it could not, this does, once what was said is read.
 */
function startCommand(mountPoint: string): string {
  const options = 'ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose';
  const mount = `mkdir -p ${mountPoint} && mount -t 9p -o ${options} hostshare ${mountPoint}`;
  const report = (what: string) => `printf '\\ncoordinator: the %s failed with status %d\\n' ${what} $?`;
  return `if ${mount}; then sh ${mountPoint}/start; ${report('agent')}; sleep 1; poweroff -f; else ${report('mount')}; fi`;
}
