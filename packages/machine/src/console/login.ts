import { StringDecoder } from 'node:string_decoder';
import { withoutControls } from './controls.ts';
import { lastWords, startCommand, startFailure } from './start-command.ts';

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

/** Enough of the end of a line to know a piece of the command's echo by. */
const ECHO_CHARACTERS = 8;
/** A shell that was typed at before it listened has lost the beginning of the line. */
const MAX_STARTS = 2;

/** Whole messages of the kernel, which go to the console whatever else is being printed there. */
const KERNEL_MESSAGE = /\[ *\d{1,10}\.\d{6}\](?:\[ *[TC]\d{1,10}\])? [^\n]*\n/g;
/** The beginning of one, whatever it ends with so far. */
const KERNEL_MESSAGE_BEGUN = /^\[ *\d{1,10}\.\d/;
const REFUSAL = /login incorrect/i;
/** BusyBox init's askfirst: there is a shell as soon as somebody is. */
const ASKS_FOR_ENTER = /press enter to activate this console\.? *$/i;
/** A shell that waits for the rest of a command, because a part of it was lost. */
const CONTINUATION_PROMPT = /^> *$/;
const ENTER = '\r';
const INTERRUPT = '\x03';

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
  readonly #command: string;
  #step: Step = 'login';
  #tail = '';
  #userEntries = 0;
  /** What has been printed since answers an empty line: a shell prompt there is one. */
  #enterTyped = false;
  #starts = 0;
  #passwordSent = false;
  #over = false;

  constructor(setting: LoginSetting, actions: LoginActions) {
    this.#setting = setting;
    this.#actions = actions;
    this.#command = startCommand(setting.mountPoint);
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
    if (this.#step === 'login' && ASKS_FOR_ENTER.test(output)) {
      this.#typeEnter();
      return;
    }
    const prompt = output.slice(-PROMPT_CHARACTERS);
    const { loginPrompt, passwordPrompt, shellPrompt } = this.#setting;
    if (this.#passwordSent && REFUSAL.test(prompt)) this.#fail(`${this.#refusal}: wrong user or password`);
    else if (loginPrompt.test(prompt)) this.#enterUser();
    else if (this.#step === 'login' && !this.#enterTyped) return;
    else if (this.#step !== 'login' && passwordPrompt.test(prompt)) this.#enterPassword();
    else if (shellPrompt.test(prompt) && !KERNEL_MESSAGE_BEGUN.test(lastLine(output))) this.#startAgent();
  }

  /**
   * What has been printed ends as a shell's prompt does, where a login prompt was waited for: a shell without a login,
   * or any other output. A {@link nudge} soon tells the one from the other.
   */
  get maySeeShell(): boolean {
    if (this.#step !== 'login' || this.#over) return false;
    return this.#setting.shellPrompt.test(withoutControls(this.#tail).slice(-PROMPT_CHARACTERS));
  }

  /**
   * Nothing has been printed for long. A prompt may have been missed, for example because something was printed over
   * it: an empty line makes a getty and a shell print theirs again. Where a password is asked for it would be one.
   */
  nudge(): void {
    const mayBePassword = this.#step === 'password' && this.#setting.password !== null;
    if (this.#over || mayBePassword) return;
    this.#typeEnter();
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
    this.#starts += 1;
    this.#enterTyped = false;
    this.#type('agent', this.#command);
  }

  #checkStart(output: string): void {
    const failure = startFailure(output);
    if (failure !== null) this.#fail(failure);
    else if (CONTINUATION_PROMPT.test(lastLine(output))) this.#typeNow(INTERRUPT);
    else if (this.#isPromptBack(output)) this.#startAgain(output);
  }

  /**
   * Whether the shell asks for the next command, so that no agent runs. Its prompt alone may be the answer to an empty
   * line that was typed before the command, and a piece of the command's echo may look like one.
   */
  #isPromptBack(output: string): boolean {
    const prompt = lastLine(output);
    if (!this.#setting.shellPrompt.test(prompt.slice(-PROMPT_CHARACTERS))) return false;
    if (this.#command.includes(prompt.slice(-ECHO_CHARACTERS)) && !/fi\s*\n/.test(output)) return false;
    const others = output.split('\n').filter((line) => line.trim() !== '' && line.trim() !== prompt.trim());
    return others.length > 0 || this.#enterTyped;
  }

  #startAgain(output: string): void {
    if (this.#starts < MAX_STARTS) {
      this.#startAgent();
      return;
    }
    const said = lastWords(output.slice(0, output.lastIndexOf('\n') + 1));
    const what = said === '' ? 'its prompt only' : said;
    this.#fail(
      `the shell on the guest's console did not start the agent, typed ${MAX_STARTS} times: it says: ${what}`,
    );
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

  #typeEnter(): void {
    this.#enterTyped = true;
    this.#typeNow(ENTER);
  }

  #typeNow(key: string): void {
    this.#tail = '';
    this.#actions.type(key);
  }

  #fail(reason: string): void {
    this.#over = true;
    this.#actions.fail(reason);
  }
}

function lastLine(output: string): string {
  return output.slice(output.lastIndexOf('\n') + 1);
}
