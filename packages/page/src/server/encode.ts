import type { RunEvent } from '@coordinator/shared/event';
import { Packr } from 'msgpackr';
import type { Frame } from '../protocol/index.ts';

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

export function encodeFrame(frame: Frame): Buffer {
  return Buffer.from(packr.pack(frame));
}

export function encodeEvent(event: RunEvent): Buffer {
  return Buffer.from(packr.pack(event));
}

const EVENTS_HEAD = Buffer.concat([
  // A map of three: MessagePack's fixmap.
  Buffer.of(0x83),
  packr.pack('type'),
  packr.pack('events'),
  packr.pack('run'),
]);
const EVENTS_KEY = packr.pack('events');

/** A frame `events` of events that are encoded already, so that this is done once for all clients. */
export function encodeEvents(run: string, events: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(5);
  // array 32: the number of elements behind it, big-endian.
  count[0] = 0xdd;
  count.writeUInt32BE(events.length, 1);
  return Buffer.concat([EVENTS_HEAD, packr.pack(run), EVENTS_KEY, count, ...events]);
}
