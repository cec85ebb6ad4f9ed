import { StringDecoder } from 'node:string_decoder';
import { withoutControls } from './controls.ts';
import { isCutEcho } from './cut-echo.ts';
import {
  ASKS_FOR_ENTER,
  CONTINUATION_PROMPT,
  KERNEL_MESSAGE,
  KERNEL_MESSAGE_BEGUN,
  lastLine,
  PROMPT_CHARACTERS,
  REFUSAL,
  TAIL_CHARACTERS,
} from './guest-words.ts';
import { lastWords, startCommand, startFailure } from './start-command.ts';
import { TextTail } from './text-tail.ts';
import { type SilenceVerdict, Unanswered } from './unanswered.ts';

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

/** What a login wants done. None may throw. */
export interface LoginActions {
  /** Types `text` at the console. */
  type(text: string): void;
  /** The login is over without an agent; called at most once. */
  fail(reason: string): void;
}

/** A getty asks again when what it read was damaged by other output; a login that fails asks again too. */
const MAX_USER_ENTRIES = 3;

/** Enough of the end of a line to know a piece of the command's echo by. */
const ECHO_CHARACTERS = 8;
/** A shell that was typed at before it listened has lost the beginning of the line. */
const MAX_STARTS = 2;

const ENTER = '\r';
const INTERRUPT = '\x03';

type Step = 'login' | 'password' | 'shell' | 'agent';

/** What was typed and is to be answered. */
const typed: Readonly<Record<Step, string>> = {
  login: 'Enter',
  password: 'the user',
  shell: 'the password',
  agent: 'the line that starts the agent',
};

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
  readonly #unanswered: Unanswered;
  /** The end of all that was printed, for people. */
  readonly #shown = new TextTail(TAIL_CHARACTERS);
  #step: Step = 'login';
  /** What was printed since something was typed. */
  #tail = '';
  #userEntries = 0;
  /** What has been printed since answers an empty line: a shell prompt there is one. */
  #enterTyped = false;
  #starts = 0;
  #passwordSent = false;
  /** Enter was asked for, and typed. */
  #isActivated = false;
  #over = false;

  /**
   * @param patience after how many {@link nudge}s in vain a line is typed again, and after how many more the login has
   * failed; infinity for never
   */
  constructor(setting: LoginSetting, actions: LoginActions, patience = Number.POSITIVE_INFINITY) {
    this.#setting = setting;
    this.#actions = actions;
    this.#command = startCommand(setting.mountPoint);
    this.#unanswered = new Unanswered(patience);
  }

  /** What it waits for, for people: "the login prompt". */
  get waitingFor(): string {
    return waitingFor[this.#step];
  }

  push(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS);
    this.#shown.add(text);
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
      this.#isActivated = true;
      this.#typeEnter();
      return;
    }
    const prompt = output.slice(-PROMPT_CHARACTERS);
    const { loginPrompt, passwordPrompt, shellPrompt } = this.#setting;
    if (this.#passwordSent && REFUSAL.test(prompt)) this.#fail(`${this.#refusal}: wrong user or password`);
    else if (loginPrompt.test(prompt)) this.#enterUser();
    else if (this.#step === 'login' && !this.#enterTyped) return;
    else if (this.#step !== 'login' && passwordPrompt.test(prompt)) this.#enterPassword(output);
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
    if (this.#over) return;
    const verdict = this.#countSilence();
    if (verdict === 'over') this.#giveUp();
    else if (verdict === 'again') this.#typeAgain();
    else if (this.#step !== 'password' || this.#setting.password === null) this.#typeEnter();
  }

  /** Before a prompt has come the guest boots; a shell that echoes is one that has taken the line. */
  #countSilence(): SilenceVerdict {
    if (this.#step === 'login' && !this.#isActivated) return 'wait';
    const isMute = this.#tail === '';
    if (!isMute && (this.#step === 'login' || this.#step === 'agent')) {
      this.#unanswered.heard();
      return 'wait';
    }
    return this.#unanswered.silent(this.#step !== 'shell');
  }

  /** What has no answer may not have been read. */
  #typeAgain(): void {
    if (this.#step === 'password') this.#enterUser();
    else if (this.#step === 'agent' && this.#starts < MAX_STARTS) this.#startAgent();
    else this.#typeEnter();
  }

  #giveUp(): void {
    const { password } = this.#setting;
    const all = withoutControls(this.#shown.text);
    const shown = lastWords(password === null ? all : all.replaceAll(password, '***'));
    const times = this.#step === 'shell' ? 'once' : 'twice';
    this.#fail(
      `no answer that is known came to ${typed[this.#step]}, typed ${times} at the guest's console ` +
        `(waiting for ${this.waitingFor}): it shows ${shown === '' ? 'nothing' : `"${shown}"`}`,
    );
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

  /** A name of which a part was lost is another user's: an empty password has the guest ask for it again. */
  #enterPassword(output: string): void {
    const { user, password, loginPrompt } = this.#setting;
    if (!this.#passwordSent && isCutEcho(output, user, loginPrompt)) {
      this.#typeNow(ENTER);
    } else if (this.#passwordSent) {
      this.#fail(`${this.#refusal}: wrong user or password`);
    } else if (password === null) {
      this.#fail(`the guest asks for a password of ${user}; give it one with --login-password`);
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
    this.#unanswered.typed(next !== this.#step);
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
