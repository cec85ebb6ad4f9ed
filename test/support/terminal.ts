import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const SIZE = { rows: 50, columns: 200 };
/** On a machine that has much else to do. */
const LIMIT_MS = 900_000;

/** A terminal with a program at it, for somebody who types and reads. `script` of util-linux gives it. */
export class Terminal {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  #text = '';
  #mark = 0;
  #isOver = false;
  #onChange: () => void = () => {};

  constructor(command: readonly string[]) {
    const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const line = `stty rows ${SIZE.rows} cols ${SIZE.columns}; exec ${words}`;
    this.#child = spawn('script', ['-qfec', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm' },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      this.#text += piece;
      this.#onChange();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        this.#isOver = true;
        this.#onChange();
        resolve(code);
      });
    });
  }

  /** Has it be of another size, as when its window is. */
  resize(rows: number, columns: number): void {
    const pid = this.#child.pid;
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const terminal = readlinkSync(`/proc/${child}/fd/0`);
    execFileSync('stty', ['-F', terminal, 'rows', String(rows), 'cols', String(columns)]);
  }

  /** Keys as they are; what is read from now on is what comes after them. */
  press(keys: string): void {
    this.#mark = this.#text.length;
    this.#child.stdin?.write(keys);
  }

  type(line: string): void {
    this.press(`${line}\r`);
  }

  /** Waits until what came after the last keys matches. @returns it, without control sequences */
  async see(pattern: RegExp): Promise<string> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#onChange();
    }, LIMIT_MS);
    try {
      for (;;) {
        const text = this.text;
        if (pattern.test(text)) return text;
        if (late || this.#isOver)
          throw new Error(`${late ? `${LIMIT_MS} ms` : 'the terminal'} went by without ${pattern}:\n${text}`);
        await new Promise<void>((resolve) => {
          this.#onChange = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** What came after the last keys, less what a kernel says at any time in between. */
  get text(): string {
    const text = stripVTControlCharacters(this.#text.slice(this.#mark)).replaceAll('\r', '');
    return text.replace(/\[ *\d+\.\d{6}\] .*\n+/g, '');
  }

  end(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}
