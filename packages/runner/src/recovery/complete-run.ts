import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegular, removeTree, writeFileAtomic } from '@coordinator/base/files';
import { AgentInbox, CHANNEL_FILE, MAX_CHANNEL_BYTES, MessageReader } from '@coordinator/channel';
import { ReportBuilder, type RunEvent, type UnstampedEvent } from '@coordinator/shared/event';
import { type Device, judgeRun, slotOf } from '@coordinator/shared/report';
import { EVENTS_FILE, REPORT_FILE, readRun, STANDBY_FOLDER, STAYING_FOLDER } from '@coordinator/store';
import { retell } from './retell.ts';

/** What a guest's agent said and the dead coordinator had already noted is not added again. */
const agentEvents = ['guest-hello', 'guest-device', 'guest-test'] as const;
type AgentEventType = (typeof agentEvents)[number];

const isAgentEvent = (type: string): type is AgentEventType =>
  (agentEvents as readonly string[]).includes(type);

const REASON = 'the coordinator was killed while the guest ran';

/** Whether its coordinator died before it noted that the run begins. */
export async function neverBegan(folder: string): Promise<boolean> {
  const { size } = await stat(join(folder, EVENTS_FILE)).catch(() => ({ size: 0 }));
  return size === 0;
}

/**
 * Completes the record of a run whose coordinator died: adds what its guests had still reported, ends them, and
 * writes the report. Call it when the guests are gone.
 * @throws StoreError when there is no record.
 */
export async function completeRun(folder: string): Promise<void> {
  await removeTree(join(folder, STANDBY_FOLDER));
  const events: RunEvent[] = [];
  await readRun({ kind: 'folder', folder }, (event) => events.push(event));
  if (events.some(({ type }) => type === 'run-ended')) return;
  const builder = new ReportBuilder();
  for (const event of events) builder.apply(event);
  const at_ms = events.at(-1)?.at_ms ?? 0;
  const added: RunEvent[] = [];
  const add = (event: UnstampedEvent) => {
    const stamped = { ...event, at_ms } as RunEvent;
    builder.apply(stamped);
    added.push(stamped);
  };

  const { guests, stress } = builder.report();
  const stays = stress?.mode === 'loop';
  const ended = new Set(events.flatMap((event) => (event.type === 'guest-ended' ? [event.guest] : [])));
  for (const { id } of guests) {
    if (ended.has(id)) continue;
    const mine = ofLastTry(events.filter((event) => 'guest' in event && event.guest === id));
    // What a guest that stays has said belongs to many rounds; of this one, what was noted is what there is.
    if (stays) await rename(join(folder, slotOf(id), STAYING_FOLDER), join(folder, id)).catch(() => {});
    else await addUnnoted(join(folder, id, 'share'), id, mine, testsOf(events), add);
    const { duration_ms, error_kind } = builder.guest(id);
    const reason = error_kind === 'setup' ? 'the coordinator was killed before the guest started' : REASON;
    add({ type: 'guest-ended', guest: id, outcome: 'error', error_kind, reason, duration_ms });
    await removeTree(join(folder, id, 'share'));
  }
  const reason = 'the coordinator was killed';
  const judged = judgeRun(
    guests.filter(({ id }) => builder.has(id)).map(({ id }) => builder.guest(id)),
    null,
  );
  add({ type: 'run-ended', ...judged, reason });
  await appendEvents(join(folder, EVENTS_FILE), added);
  await writeFileAtomic(join(folder, REPORT_FILE), `${JSON.stringify(builder.report(), null, 2)}\n`, 0o600);
}

/** What was told of a guest since it was last tried again. */
function ofLastTry(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.slice(events.findLastIndex(({ type }) => type === 'guest-retry') + 1);
}

/** Reads a guest's channel from its start, and adds what goes beyond the events that were noted. */
async function addUnnoted(
  share: string,
  guest: string,
  mine: readonly RunEvent[],
  planned: ReadonlySet<string>,
  add: (event: UnstampedEvent) => void,
): Promise<void> {
  const overVsock = mine.some((event) => event.type === 'guest-channel' && event.channel !== 'file');
  const emit = overVsock ? addTailOf(mine, add) : addBeyond(mine, add);
  const inbox = new AgentInbox({
    onMessage: (message) => {
      const event = retell(message, guest, startedDevice(mine), planned);
      if (event) emit(event);
    },
    onProblem: () => {},
  });
  const reader = new MessageReader(inbox);
  const file = await openRegular(join(share, CHANNEL_FILE)).catch(() => null);
  if (!file) return;
  try {
    const bounds = { end: MAX_CHANNEL_BYTES - 1, autoClose: false };
    for await (const chunk of file.createReadStream(bounds)) reader.push(chunk as Buffer);
    reader.end();
  } finally {
    await file.close();
  }
}

/** For a file with all that the agent said: as many events of a kind as were noted are known. */
function addBeyond(mine: readonly RunEvent[], add: (event: UnstampedEvent) => void) {
  const noted = new Map<AgentEventType, number>();
  for (const { type } of mine) if (isAgentEvent(type)) noted.set(type, (noted.get(type) ?? 0) + 1);
  return (event: UnstampedEvent) => {
    if (!isAgentEvent(event.type)) return;
    const left = noted.get(event.type) ?? 0;
    if (left === 0) add(event);
    else noted.set(event.type, left - 1);
  };
}

/**
 * For a guest that reported over vsock, whose file has only what it could not say there, some of which may have been
 * noted.
 */
function addTailOf(mine: readonly RunEvent[], add: (event: UnstampedEvent) => void) {
  const tests = new Set(mine.flatMap((event) => (event.type === 'guest-test' ? [event.test.name] : [])));
  const types = new Set(mine.map(({ type }) => type));
  return (event: UnstampedEvent) => {
    if (event.type === 'guest-test') {
      if (!tests.has(event.test.name)) add(event);
    } else if (isAgentEvent(event.type) && !types.has(event.type)) {
      add(event);
    }
  };
}

function startedDevice(events: readonly RunEvent[]): Device {
  const started = events.find((event) => event.type === 'guest-started');
  return started?.device ?? { host_bdf: null, guest_bdf: null, driver: null, node: null };
}

/** Names of the tests that the run planned. */
function testsOf(events: readonly RunEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => (event.type === 'run-started' ? event.tests : [])));
}

/** A last line that was cut off is closed first, so that it spoils no other. */
async function appendEvents(path: string, events: readonly RunEvent[]): Promise<void> {
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const closing = size > 0 && last[0] !== 0x0a ? '\n' : '';
    await file.appendFile(`${closing}${events.map((event) => `${JSON.stringify(event)}\n`).join('')}`);
  } finally {
    await file.close();
  }
}
