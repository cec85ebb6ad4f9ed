import type { Frame, FrameOf, RunSummary } from '../../protocol/index.ts';
import { Connection, type ConnectionState } from '../connection.ts';
import { parseRoute, type Route } from '../route.ts';
import { RunChoice } from './run-choice.ts';
import { RunModel } from './run-model.ts';

const LIST_PAGE = 50;
/** The list is asked for anew so often. */
const LIST_MS = 5000;
/** Drawn anew no more often than this. */
const DRAW_MS = 150;

type ConsoleListener = (frame: FrameOf<'console'>) => void;

/** All that the page knows, and whom to tell when that changes. */
export class PageModel {
  connection: ConnectionState = { kind: 'connecting' };
  hello: FrameOf<'hello'> | null = null;
  runs: { readonly list: readonly RunSummary[]; readonly total: number; readonly more: boolean } | null =
    null;
  run: RunModel | null = null;
  /** That of the address, when it was told. */
  comparison: FrameOf<'comparison'> | null = null;
  flakes: FrameOf<'flakes'> | null = null;
  readonly choice = new RunChoice();
  notice: string | null = null;
  problem: string | null = null;
  route: Route = parseRoute(location.hash);
  /** Was open once: then it is the server that is missing, not the token. */
  wasOpen = false;
  readonly #connection: Connection;
  readonly #consoles = new Map<string, ConsoleListener>();
  /** A run that is told again, until it is told as far as before. */
  #retold: RunModel | null = null;
  #watched: string | null = null;
  #compared: Route['compare'] = null;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  onChange: () => void = () => {};

  constructor(token: string | null) {
    this.#connection = new Connection(token, {
      onState: (state) => {
        this.connection = state;
        this.wasOpen ||= state.kind === 'open';
        this.#changed();
      },
      onOpen: () => {
        this.#watched = null;
        this.#compared = null;
        this.#follow();
      },
      onFrame: (frame) => this.#take(frame),
      expectsMore: () => this.hello === null || this.hello.live === null || this.run?.state !== 'ended',
    });
    addEventListener('hashchange', () => {
      this.route = parseRoute(location.hash);
      this.problem = null;
      this.#follow();
      this.#changed();
    });
    setInterval(() => {
      if (this.#wanted === null && this.route.compare === null && document.visibilityState === 'visible')
        this.#follow();
    }, LIST_MS);
    this.#connection.open();
  }

  askForMore(): void {
    const before = this.runs?.list.at(-1)?.run ?? null;
    this.#connection.send({ type: 'runs', before, limit: LIST_PAGE });
  }

  choose(run: string): void {
    this.choice.toggle(run);
    this.onChange();
  }

  clearChoice(): void {
    this.choice.clear();
    this.onChange();
  }

  /** @returns what ends it */
  followConsole(guest: string, listener: ConsoleListener): () => void {
    this.#consoles.set(guest, listener);
    this.#connection.send({ type: 'console', guest });
    return () => {
      this.#consoles.delete(guest);
      this.#connection.send({ type: 'close-console', guest });
    };
  }

  /** The run of the address; where the server has but one, that one. */
  get #wanted(): string | null {
    const { run, compare, flakes } = this.route;
    return compare || flakes ? null : (run ?? this.hello?.live ?? null);
  }

  #askForComparison(wanted: Route['compare']): void {
    if (String(wanted) === String(this.#compared)) return;
    this.#compared = wanted;
    if (wanted === null) return;
    const [before, after] = wanted;
    if (this.comparison?.before !== before || this.comparison.after !== after) this.comparison = null;
    this.#connection.send({ type: 'compare', before, after });
  }

  #follow(): void {
    const wanted = this.#wanted;
    this.#askForComparison(this.route.compare);
    if (this.route.flakes) this.#connection.send({ type: 'flakes' });
    else if (this.route.compare === null && wanted === null)
      this.#connection.send({ type: 'runs', limit: LIST_PAGE });
    if (wanted === this.#watched) return;
    this.#watched = wanted;
    if (this.run?.run !== wanted) this.run = null;
    this.#connection.send(wanted === null ? { type: 'unwatch' } : { type: 'watch', run: wanted });
    for (const [guest, listener] of this.#consoles) {
      // Told again from what is at hand: what is shown goes.
      if (wanted !== null) listener({ type: 'console', run: wanted, guest, text: '', skipped: true });
      this.#connection.send({ type: 'console', guest });
    }
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case 'hello':
        this.hello = frame;
        if (frame.live !== null) this.notice = null;
        this.#follow();
        break;
      case 'runs':
        this.#takeRuns(frame);
        break;
      case 'snapshot':
        this.#retold = new RunModel(frame.run, frame.omitted);
        if (this.run?.run !== frame.run) this.run = this.#retold;
        break;
      case 'events':
        if (frame.run === this.#retold?.run) for (const event of frame.events) this.#retold.apply(event);
        break;
      case 'state':
        if (frame.run === this.#retold?.run) {
          this.#retold.state = frame.state;
          this.run = this.#retold;
        }
        break;
      case 'comparison': {
        const [before, after] = this.route.compare ?? [];
        // Another one may have been asked for meanwhile.
        if (frame.before === before && frame.after === after) this.comparison = frame;
        break;
      }
      case 'flakes':
        this.flakes = frame;
        break;
      case 'console':
        this.#consoles.get(frame.guest)?.(frame);
        return;
      case 'notice':
        this.notice = frame.text;
        break;
      case 'problem':
        this.problem = frame.text;
        break;
    }
    this.#changed();
  }

  /** The newest may be told again; older ones that were asked for stay. */
  #takeRuns({ before, runs, total, more }: FrameOf<'runs'>): void {
    const known = this.runs?.list ?? [];
    const last = runs.at(-1)?.run ?? '';
    const older = known.filter(({ run }) => run < last);
    const list =
      before === null ? [...runs, ...older] : [...known.filter(({ run }) => run >= before), ...runs];
    this.runs = { list, total, more: before === null && older.length > 0 ? list.length < total : more };
  }

  #changed(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.onChange();
    }, DRAW_MS);
  }
}
