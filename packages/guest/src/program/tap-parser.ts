import { type ProgramReport, type SubTest, subTestLimits } from '@coordinator/shared/exerciser';
import { messageLimits } from '@coordinator/shared/message/protocol';
import { asciiText, clip } from '../system/text.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
/** What the lines that matter begin with: "ok", "not ok", "1..N", "# …", "Bail out!". */
const BEGINNINGS = new Set([...'on1#B'].map((letter) => letter.charCodeAt(0)));

/**
 * More results than any test has: what prints them is a flood. An emulated guest takes a second or two for so many, in
 * which its agent says nothing.
 */
export const MAX_RESULTS = 2000;

/** Longer than any line that matters. Of a longer one, the rest is passed over. */
const MAX_LINE_BYTES = 512;

const PLAN = /^1\.\.(\d{1,9})(?:\s.*)?$/;
const RESULT = /^(not )?ok\b\s*(\d{1,9})?(?:\s+|$)(?:-\s*)?(.*)$/;
const DIRECTIVE = /(?:^|\s)#\s*(skip|todo|xfail|xpass|timeout|error)\b\S*\s*(.*)$/i;
const BAIL_OUT = /^Bail out!\s*(.*)$/;

/** Sub-tests at one indentation, until the result of the one that they are of. */
interface Level {
  readonly indent: number;
  planned: number | null;
  results: number;
  failed: string | null;
  /** What is wrong at this level. */
  problem: string | null;
  readonly listed: SubTest[];
}

/**
 * Reads what a program prints as TAP 12 to 14 (testanything.org) or KTAP (the kernel's Documentation/dev-tools/ktap.rst), in
 * pieces of any size. Whatever else it prints has no meaning. Never throws, and keeps no more than there is room for.
 */
export class TapParser {
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  #lineBytes = 0;
  #isCut = false;
  #levels: Level[] = [];
  #listed = 0;
  #unlisted = 0;
  #unlistedFailed = 0;
  #problem: string | null = null;
  /** What was last said of a result that is to come: made into a string only where there is one. */
  #diagnostic: Uint8Array | null = null;

  /** @returns whether it has had more results than it reads */
  push(bytes: Uint8Array): boolean {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#isFull) return true;
      this.#keep(bytes, start, end);
      this.#take();
      start = end + 1;
    }
    this.#keep(bytes, start, bytes.length);
    return this.#isFull;
  }

  get #isFull(): boolean {
    return this.#listed + this.#unlisted >= MAX_RESULTS;
  }

  /** Nothing more comes. */
  finish(): Omit<ProgramReport, 'status'> {
    this.#take();
    const [root, ...others] = this.#levels;
    const orphans = others.find(({ results }) => results > 0);
    if (orphans) this.#wrong(`${orphans.results} nested sub-tests came without a result for them all`);
    if (root) {
      for (const { listed } of others) root.listed.push(...listed.map(deeper));
      if (root.problem !== null) this.#wrong(root.problem);
    }
    return {
      planned: root?.planned ?? null,
      results: root?.results ?? 0,
      subtests: root?.listed ?? [],
      unlisted: this.#unlisted,
      unlisted_failed: this.#unlistedFailed,
      problem: this.#problem,
    };
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const room = MAX_LINE_BYTES - this.#lineBytes;
    if (this.#isCut || room === 0) return;
    const kept = bytes.subarray(start, Math.min(end, start + room));
    this.#line.set(kept, this.#lineBytes);
    this.#lineBytes += kept.length;
    // A line is looked at only where it may matter, as most of a flood does not.
    let first = 0;
    while (first < this.#lineBytes && this.#line[first] === SPACE) first += 1;
    this.#isCut = first < this.#lineBytes && !BEGINNINGS.has(this.#line[first] as number);
    if (this.#isCut) this.#lineBytes = 0;
  }

  #take(): void {
    const bytes = this.#line.subarray(0, this.#lineBytes);
    this.#lineBytes = 0;
    this.#isCut = false;
    const indent = bytes.findIndex((sign) => sign !== SPACE);
    if (indent === -1) return;
    if (bytes[indent] === HASH) {
      this.#diagnostic = bytes.slice(indent);
      return;
    }
    const text = asciiText(bytes.subarray(indent)).trimEnd();
    const [isResult, not, number, rest = ''] = RESULT.exec(text) ?? [];
    if (isResult !== undefined) {
      this.#result(indent, not === undefined, number, rest);
      return;
    }
    const [, planned] = PLAN.exec(text) ?? [];
    const [, reason] = BAIL_OUT.exec(text) ?? [];
    if (planned !== undefined) this.#plan(indent, Number(planned));
    else if (reason !== undefined) this.#wrong(`Bail out! ${reason}`.trimEnd());
  }

  #wrong(problem: string): void {
    this.#problem ??= clip(problem, messageLimits.line);
  }

  /** The level at this indentation; null where it is nested too deep to have a meaning. Those inside it are left as they are. */
  #levelAt(indent: number): Level | null {
    const known = this.#levels.find((level) => level.indent === indent);
    if (known) return known;
    const at = this.#levels.filter((level) => level.indent < indent).length;
    if (at > subTestLimits.depth || this.#levels.length > subTestLimits.depth) return null;
    const level: Level = { indent, planned: null, results: 0, failed: null, problem: null, listed: [] };
    this.#levels.splice(at, 0, level);
    return level;
  }

  #plan(indent: number, planned: number): void {
    const level = this.#levelAt(indent);
    if (!level) return;
    if (level.planned !== null) level.problem ??= `it has two plans, 1..${level.planned} and 1..${planned}`;
    level.planned ??= planned;
  }

  #result(indent: number, isOk: boolean, number: string | undefined, rest: string): void {
    const level = this.#levelAt(indent);
    if (!level) return;
    level.results += 1;
    if (number !== undefined && Number(number) !== level.results)
      level.problem ??= `sub-test ${number} came where ${level.results} was due`;
    const children = this.#closeInside(indent);
    const wrong = children.map(problemOf).find((problem) => problem !== null) ?? null;
    const { name, outcome, message } = this.#read(isOk, rest, level.results);
    const subtest: SubTest = {
      name,
      outcome: wrong === null ? outcome : 'fail',
      message: wrong ?? message,
      depth: 0,
    };
    if (subtest.outcome === 'fail') level.failed ??= name;
    this.#diagnostic = null;
    this.#list(level, subtest);
    // What was counted when it came is only moved now.
    for (const { listed } of children)
      level.listed.push(...listed.map((one) => ({ ...deeper(one), name: inside(name, one.name) })));
  }

  #closeInside(indent: number): Level[] {
    if (this.#levels.at(-1)?.indent === indent) return [];
    const inner = this.#levels.filter((level) => level.indent > indent);
    this.#levels = this.#levels.filter((level) => level.indent <= indent);
    return inner;
  }

  #list(level: Level, subtest: SubTest): void {
    if (this.#listed < subTestLimits.listed) {
      this.#listed += 1;
      level.listed.push(subtest);
      return;
    }
    this.#unlisted += 1;
    if (subtest.outcome === 'fail') this.#unlistedFailed += 1;
  }

  #lastSaid(): string {
    const said = this.#diagnostic === null ? '' : asciiText(this.#diagnostic);
    return /^# Subtest:/i.test(said) ? '' : said.replace(/^#+\s*/, '');
  }

  /** A result's own words. */
  #read(isOk: boolean, rest: string, number: number): Omit<SubTest, 'depth'> {
    const directive = rest.includes('#') ? DIRECTIVE.exec(rest) : null;
    const [, kind = '', reason = ''] = directive ?? [];
    const name = clip(nameIn(rest, directive), subTestLimits.name) || String(number);
    const word = kind.toLowerCase();
    const said = (text: string) => clip(text.trim(), subTestLimits.message) || null;
    // TODO is what is known not to work yet; KTAP has more of the kind.
    if (word === 'skip' || (word === 'todo' && !isOk))
      return { name, outcome: 'skip', message: said(word === 'skip' ? reason : `TODO ${reason}`) };
    if (isOk) return { name, outcome: 'pass', message: null };
    const why = word === '' ? this.#lastSaid() : `${kind.toUpperCase()} ${reason}`;
    return { name, outcome: 'fail', message: said(why) };
  }
}

/** Behind a directive, and behind data of any other kind, there is no name; "\\#" is a sign of one. */
function nameIn(rest: string, directive: RegExpExecArray | null): string {
  if (directive) return rest.slice(0, directive.index).trim();
  return rest.includes('#')
    ? rest
        .replace(/\s#.*$/, '')
        .replaceAll('\\#', '#')
        .trim()
    : rest;
}

function problemOf({ planned, results, failed, problem }: Level): string | null {
  if (problem !== null) return clip(problem, subTestLimits.message);
  if (planned !== null && planned !== results)
    return `${results} sub-tests came, where its plan is 1..${planned}`;
  return failed === null ? null : clip(`its sub-test ${failed} failed`, subTestLimits.message);
}

const deeper = (subtest: SubTest): SubTest => ({
  ...subtest,
  depth: Math.min(subtest.depth + 1, subTestLimits.depth),
});

const inside = (parent: string, name: string): string => clip(`${parent}/${name}`, messageLimits.name);
