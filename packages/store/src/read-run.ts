import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { readLines } from '@coordinator/base/files';
import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import { type Report, reportSchema } from '@coordinator/shared/report';
import type { RunLocation } from './locate-run.ts';
import { openInside, openRegularFile } from './open-inside.ts';
import { firstIssue, parseEvent } from './parse-event.ts';
import { EVENTS_FILE, REPORT_FILE } from './run-store.ts';
import { StoreError } from './store-error.ts';

const MAX_REPORT_BYTES = 64 * 2 ** 20;
/** Of a file that is wholly something else, the first lines say enough. */
const MAX_DAMAGE = 10;

/** Fields that a later version added are kept. */
const storedReportSchema = reportSchema.loose();

export interface StoredResult {
  readonly report: Report;
  /** One sentence for each thing that could not be read. */
  readonly damage: readonly string[];
}

/**
 * Reads a finished run, handing its events on one by one. The report is the one the coordinator wrote; if it did not
 * live to write it, the one the events make.
 * @throws StoreError 'not-found' or 'damaged'.
 */
export async function readRun(
  location: RunLocation,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<StoredResult> {
  if (location.kind === 'report') {
    return { report: await readReport(await openRegularFile(location.file), location.file), damage: [] };
  }
  if (location.kind === 'events') {
    return readEvents(await openRegularFile(location.file), location.file, onEvent);
  }
  const written = await openInside(location.folder, REPORT_FILE)
    .then((file) => readReport(file, REPORT_FILE))
    .catch((error: unknown) => asStoreError(error));
  let events: StoredResult | StoreError;
  try {
    events = await readEvents(await openInside(location.folder, EVENTS_FILE), EVENTS_FILE, onEvent);
  } catch (error) {
    events = asStoreError(error);
  }
  if (written instanceof StoreError) {
    if (events instanceof StoreError) throw events;
    const notes = written.code === 'not-found' ? [] : [written.message];
    return { report: events.report, damage: [...notes, ...events.damage] };
  }
  return { report: written, damage: events instanceof StoreError ? [events.message] : events.damage };
}

/**
 * Only the report of a run, without its events where it has one: what is read does not grow with how long the run was.
 * @param place a run's folder
 * @throws StoreError 'not-found' or 'damaged'.
 */
export async function readRunReport(place: string): Promise<Report> {
  return readReport(await openInside(place, REPORT_FILE), REPORT_FILE);
}

/** Closes `file`. */
async function readReport(file: FileHandle, name: string): Promise<Report> {
  try {
    const { size } = await file.stat();
    if (size > MAX_REPORT_BYTES)
      throw new StoreError(
        'damaged',
        name,
        `${name}: ${size} bytes are over the limit of ${MAX_REPORT_BYTES}`,
      );
    const parsed = storedReportSchema.safeParse(parseJson(await file.readFile('utf8'), name));
    if (parsed.success) return parsed.data;
    throw new StoreError('damaged', name, `${name} is not a report: ${firstIssue(parsed.error)}`);
  } finally {
    await file.close();
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StoreError('damaged', name, `${name} is not a report: ${messageOf(error)}`, { cause: error });
  }
}

/** Closes `file`. */
async function readEvents(
  file: FileHandle,
  path: string,
  onEvent: (event: RunEvent) => void,
): Promise<StoredResult> {
  const name = basename(path);
  const builder = new ReportBuilder();
  const damage = new DamageList();
  let started = false;
  try {
    for await (const { number, text, whole } of readLines(file)) {
      const event = text === null ? 'longer than any event' : parseEvent(text);
      if (typeof event !== 'string') {
        started ||= event.type === 'run-started';
        builder.apply(event);
        onEvent(event);
      } else damage.add(`${name}:${number}: ${whole ? event : 'the last line is cut off'}`);
    }
  } finally {
    await file.close();
  }
  if (started) return { report: builder.report(), damage: damage.sentences };
  const [first] = damage.sentences;
  throw new StoreError('damaged', path, first ?? `${name} holds no start of a run`);
}

class DamageList {
  readonly #first: string[] = [];
  #count = 0;

  add(sentence: string): void {
    this.#count += 1;
    if (this.#first.length < MAX_DAMAGE) this.#first.push(sentence);
  }

  get sentences(): string[] {
    const more = this.#count - this.#first.length;
    return more > 0 ? [...this.#first, `and ${more} more lines that could not be read`] : [...this.#first];
  }
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  throw error;
}
