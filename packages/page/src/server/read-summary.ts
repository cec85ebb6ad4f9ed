import type { FileHandle } from 'node:fs/promises';
import { readLines } from '@coordinator/base/files';
import { type RunEventOf, runEventSchema } from '@coordinator/shared/event';
import { EVENTS_FILE, openInside, REPORT_FILE } from '@coordinator/store';
import type { RunSummary } from '../protocol/index.ts';
import { reportHeadSchema, summaryOfReport } from './summary.ts';

/** A larger report is not read for a line of a list. */
const MAX_REPORT_BYTES = 16 * 2 ** 20;

/** The first event of a run that is kept; null when it cannot be read. */
export function readStart(folder: string): Promise<RunEventOf<'run-started'> | null> {
  return withFile(folder, EVENTS_FILE, async (file) => {
    for await (const { text } of readLines(file)) {
      const event = runEventSchema.safeParse(JSON.parse(text ?? 'null')).data;
      return event?.type === 'run-started' ? event : null;
    }
    return null;
  });
}

/** What a list says of a run that has written its report; null when that cannot be read. */
export function readEnd(folder: string): Promise<RunSummary | null> {
  return withFile(folder, REPORT_FILE, async (file) => {
    if ((await file.stat()).size > MAX_REPORT_BYTES) return null;
    const head = reportHeadSchema.safeParse(JSON.parse(await file.readFile('utf8'))).data;
    return head ? summaryOfReport(head) : null;
  });
}

async function withFile<Value>(
  folder: string,
  name: string,
  read: (file: FileHandle) => Promise<Value | null>,
): Promise<Value | null> {
  try {
    const file = await openInside(folder, name);
    return await read(file).finally(() => file.close());
  } catch {
    // Not there, or damaged: there is nothing to tell of it.
    return null;
  }
}
