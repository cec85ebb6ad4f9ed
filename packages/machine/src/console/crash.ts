import { createHash } from 'node:crypto';

/** What a kernel printed when it died, or broke in a way that it survived. */
export interface Crash {
  /** 12 hexadecimal digits: the same for the same cause in the same functions, whatever addresses, CPUs and numbers. */
  readonly fingerprint: string;
  /** The functions it was in, the innermost first, as `name+0x1c/0x40 [module]`. */
  readonly trace: readonly string[];
}

/** What has a trace of where it was. */
const crashKinds: readonly string[] = ['panic', 'oops', 'serror', 'kasan', 'kfence', 'bug'];

/** `name+0x1c/0x40 [module]`, with what kernels put around it: addresses, a module's hash, how the frame was found. */
const frame =
  /^(?:\[<[0-9a-f]+>\] )?([A-Za-z_][\w.$]{0,120})\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})(?: \[([\w-]{1,60})(?: [0-9a-f]{6,64})?\])?(?: \([A-Z]{1,3}\))?$/;
const programCounter = /^pc : (.*)$/;
const traceBegins = /^Call trace:/i;
const traceEnds = /^(?:Code: |---\[ end |SMP: stopping|Kernel Offset|Rebooting in )/;

/** The way from where it happened to where it is printed: the same for every crash. */
const machinery =
  /^(?:(?:__)?(?:dump_backtrace|show_stack|dump_stack(?:_lvl)?|v?panic|nmi_panic|die|die_kernel_fault|do_kernel_fault|do_bad_area|do_page_fault|do_translation_fault|do_mem_abort|do_debug_exception|do_el1_brk64|do_serror)|el1\w*|el1h_64_\w+|bug_handler|call_break_hook|brk_handler|kasan_report\w*|print_report|print_address_description\w*|check_panic_on_warn|arm64_serror_panic|vectors)$/;

const MAX_FRAMES = 24;
/** Frames that tell crashes apart; those further out are of who called, which may be anybody. */
const TELLING_FRAMES = 4;
/** A trace that has not begun by then is of something else. */
const MAX_LINES = 120;
const MAX_CAUSE = 200;

/** Finds the first crash on a guest's console. What it keeps is bounded, whatever the guest prints. */
export class CrashWatch {
  #cause: string | null = null;
  #frames: string[] = [];
  #tracing = false;
  #lines = 0;
  #complete = false;

  /** Takes a line of the console, without its end. @param kind what matchConsoleLine() finds in it */
  push(line: string, kind: string | undefined): void {
    if (this.#complete) return;
    if (this.#cause === null) {
      if (kind !== undefined && crashKinds.includes(kind))
        this.#cause = withoutPrefix(line).slice(0, MAX_CAUSE);
      return;
    }
    this.#lines += 1;
    if (this.#lines > MAX_LINES) this.#complete = true;
    else this.#takeDetail(withoutPrefix(line));
  }

  #takeDetail(text: string): void {
    const [, counter] = programCounter.exec(text) ?? [];
    if (counter !== undefined) this.#add(counter);
    else if (traceBegins.test(text)) this.#tracing = true;
    else if (this.#tracing && (traceEnds.test(text) || !this.#add(text, true))) this.#complete = true;
  }

  /** @returns whether it is a frame */
  #add(text: string, called = false): boolean {
    const [, name, offset, size, module] = frame.exec(text.trim()) ?? [];
    if (name === undefined) return false;
    // Behind a call of what never returns, as panic() is: the address is that of whatever function comes next.
    if (called && offset === '0') return true;
    const told = `${name}+0x${offset}/0x${size}${module === undefined ? '' : ` [${module}]`}`;
    // Where the program counter was stands at the top of the trace again.
    if (this.#frames.at(-1) !== told && this.#frames.length < MAX_FRAMES) this.#frames.push(told);
    return true;
  }

  /** What was found so far; null where nothing crashed. */
  get crash(): Crash | null {
    if (this.#cause === null) return null;
    const telling = this.#frames.map(functionOf).filter((name) => !machinery.test(name));
    const parts = [causeOf(this.#cause), ...telling.slice(0, TELLING_FRAMES)];
    const fingerprint = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
    const first = this.#frames.findIndex((one) => !machinery.test(functionOf(one)));
    return { fingerprint, trace: this.#frames.slice(Math.max(0, first)) };
  }
}

/** The time, and the task or CPU that printed it, `[    1.234567][  T123] `. */
function withoutPrefix(line: string): string {
  return line.replace(/^(?:<\d>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/, '');
}

/** Without what a compiler made of it: clones have names of their own, which differ from build to build. */
function functionOf(told: string): string {
  const [name = ''] = told.split('+', 1);
  return name.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, '');
}

/** Without numbers: addresses, CPUs, processes, and how many it was. Names of functions and files stay. */
function causeOf(line: string): string {
  return line
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,16}\b/gi, 'X')
    .replace(/\b\d+\b/g, 'N')
    .replace(/\s+/g, ' ')
    .trim();
}
