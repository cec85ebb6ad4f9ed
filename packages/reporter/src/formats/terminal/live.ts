import type { RunEvent, RunEventOf } from '@coordinator/shared/event';
import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import { describeHeld } from '../../facts/held.ts';
import { cleanLine } from '../../facts/text.ts';
import { Board } from './board.ts';
import { renderBoard } from './board-view.ts';
import type { Paint } from './paint.ts';

/** Ten frames a second: fluent enough for tenths of a second, and next to nothing to do. */
const FRAME_MS = 100;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const ERASE_BELOW = '\x1b[0J';

/** A line for every guest at the bottom of a terminal, redrawn in place; notices scroll by above. */
export class LiveView {
  readonly #stream: NodeJS.WriteStream;
  readonly #paint: Paint;
  readonly #board = new Board();
  readonly #update: ReturnType<typeof createLogUpdate>;
  #timer: NodeJS.Timeout | undefined;
  #lines: readonly string[] = [];
  /** When the run started, in terms of performance.now(). */
  #startedAt = performance.now();

  constructor(stream: NodeJS.WriteStream, paint: Paint) {
    this.#stream = stream;
    this.#paint = paint;
    // The library would hide the cursor of standard error, and take part in the handling of signals to show it again.
    this.#update = createLogUpdate(stream, { showCursor: true });
  }

  onEvent(event: RunEvent): void {
    this.#board.apply(event);
    if (event.type === 'run-started') this.#start(event.at_ms);
    else if (event.type === 'run-notice') this.#notice(event.text);
    else if (event.type === 'guest-log' && event.level !== 'info' && !this.#board.stress) {
      this.#notice(`${event.guest}: ${event.text}`);
    } else if (event.type === 'guest-held') {
      this.#notice(`${event.guest} ${describeHeld(event)}`);
    } else if (event.type === 'guest-retry') {
      this.#notice(`${event.guest}: ${event.outcome}, trying again: ${event.reason ?? ''}`);
    } else if (event.type === 'guest-ended' && this.#board.stress && isUnexplained(event)) {
      this.#notice(`${event.guest}: ${event.outcome}: ${event.reason ?? ''}`);
    }
  }

  /** Removes the lines and gives the terminal back. May be called again. */
  stop(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.off('resize', this.#onResize);
    process.off('exit', this.#onExit);
    this.#update.clear();
    this.#update.done();
    this.#stream.write(SHOW_CURSOR);
  }

  /** Leaves the last state on the screen, for what it is worth, and gives the terminal back. */
  leave(): void {
    if (!this.#timer) return;
    const lines = this.#lines;
    this.stop();
    for (const line of lines) this.#stream.write(`${line}\n`);
  }

  #start(at_ms: number): void {
    if (this.#timer) return;
    this.#startedAt = performance.now() - at_ms;
    this.#stream.write(HIDE_CURSOR);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS).unref();
    this.#stream.on('resize', this.#onResize);
    process.on('exit', this.#onExit);
    this.#draw();
  }

  #draw(): void {
    const { columns = 80, rows = 24 } = this.#stream;
    const now = performance.now() - this.#startedAt;
    this.#lines = renderBoard(this.#board, { now, columns, rows, paint: this.#paint });
    this.#update(this.#lines.join('\n'));
  }

  #notice(text: string): void {
    const line = `${this.#paint.warning(cleanLine(text))}\n`;
    if (this.#timer) this.#update.persist(line);
    else this.#stream.write(line);
  }

  readonly #onExit = (): void => this.stop();

  /** The terminal has wrapped what was too wide for it: the lines take more rows now than were drawn. */
  readonly #onResize = (): void => {
    const columns = Math.max(1, this.#stream.columns ?? 80);
    const rows = this.#lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)),
      0,
    );
    if (rows > 0) this.#stream.write(`\x1b[${rows}F${ERASE_BELOW}`);
    this.#update.done();
    this.#draw();
  };
}

function isUnexplained({ outcome, verdict }: RunEventOf<'guest-ended'>): boolean {
  return outcome !== 'pass' && verdict !== 'detected';
}
