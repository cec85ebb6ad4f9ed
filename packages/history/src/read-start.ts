import { runEventSchema } from '@coordinator/shared/event';
import type { Report } from '@coordinator/shared/report';
import { EVENTS_FILE, openInside } from '@coordinator/store';
import type { HistoryEntry } from './entry.ts';
import { summarizeRun } from './summarize.ts';

/** The first event of a run names its tests and guests. */
const MAX_START_BYTES = 256 * 1024;

type Start = Pick<HistoryEntry, 'started' | 'command' | 'platform' | 'vmm' | 'exerciser' | 'plan' | 'guests'>;

/** What a run was to be, by its first event; null where that cannot be read. */
export async function readStart(folder: string): Promise<Start | null> {
  const file = await openInside(folder, EVENTS_FILE).catch(() => null);
  if (file === null) return null;
  try {
    const bytes = Buffer.alloc(MAX_START_BYTES);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const [line = ''] = bytes.toString('utf8', 0, bytesRead).split('\n', 1);
    const event = runEventSchema.parse(JSON.parse(line));
    if (event.type !== 'run-started') return null;
    const { entry } = summarizeRun(event.run, asReport(event));
    const { started, command, platform, vmm, exerciser, plan } = entry;
    return { started, command, platform, vmm, exerciser, plan, guests: event.guests.length };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

function asReport(
  event: Omit<Report, 'version' | 'outcome' | 'exit_code' | 'reason' | 'duration_ms' | 'guests' | 'stress'>,
): Report {
  return { ...event, version: 1, outcome: 'error', exit_code: 0, reason: null, duration_ms: 0, guests: [] };
}
