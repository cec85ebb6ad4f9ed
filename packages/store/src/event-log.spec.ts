import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { sampleEvents } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventLog, type LogFile } from './event-log.ts';
import type { StoreError } from './store-error.ts';

let folder = '';
let failures: StoreError[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'event-log-'));
  failures = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, 'events.jsonl');
const read = () => readFileSync(path(), 'utf8');
const onFailure = (error: StoreError) => void failures.push(error);
const notice = (text: string): RunEvent => ({ type: 'run-notice', at_ms: 1, text });
const linesOf = (events: readonly RunEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** A disk with `free` bytes left, which takes what fits, as disks do. */
class SmallDisk implements LogFile {
  free: number;
  writes = 0;

  constructor(free: number) {
    this.free = free;
  }

  open(file: string): number {
    return openSync(file, 'ax');
  }

  write(fd: number, bytes: Uint8Array): number {
    this.writes += 1;
    if (this.free === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const written = writeSync(fd, bytes.subarray(0, this.free));
    this.free -= written;
    return written;
  }

  truncate(fd: number, length: number): void {
    ftruncateSync(fd, length);
  }

  close(fd: number): void {
    closeSync(fd);
  }
}

describe('EventLog', () => {
  it('writes one event a line, in order', () => {
    const log = new EventLog(path(), { onFailure });
    for (const event of sampleEvents) log.append(event);
    expect(log.close()).toBe(0);
    expect(log.close()).toBe(0);
    expect(read()).toBe(linesOf(sampleEvents));
  });

  it('gathers what comes within 200 ms, and writes an ending at once', () => {
    const disk = new SmallDisk(1e6);
    const log = new EventLog(path(), { onFailure, file: disk });
    for (let index = 0; index < 100; index++) log.append(notice(`${index}`));
    expect(disk.writes).toBe(0);
    vi.advanceTimersByTime(200);
    expect(disk.writes).toBe(1);
    log.append(notice('again'));
    log.append(sampleEvents.at(-1) as RunEvent);
    expect(disk.writes).toBe(2);
    expect(read().endsWith(linesOf(sampleEvents.slice(-1)))).toBe(true);
    log.append(notice('x'.repeat(100_000)));
    expect(disk.writes).toBe(3);
    log.close();
  });

  it('writes at once what an agent is told has arrived', () => {
    const disk = new SmallDisk(1e6);
    const log = new EventLog(path(), { onFailure, file: disk });
    const agents = sampleEvents.filter(({ type }) => /^guest-(channel|hello|device|test)$/.test(type));
    expect(agents.length).toBeGreaterThan(3);
    for (const [index, event] of agents.entries()) {
      log.append(event);
      expect(disk.writes).toBe(index + 1);
    }
    log.close();
  });

  it('writes what is left when the process exits', () => {
    const others = process.listeners('exit');
    const log = new EventLog(path(), { onFailure });
    log.append(notice('last'));
    const [own] = process.listeners('exit').filter((listener) => !others.includes(listener));
    own?.(1);
    expect(read()).toBe(linesOf([notice('last')]));
    log.close();
    expect(process.listeners('exit')).toEqual(others);
  });

  it('reports a full disk once, keeps whole lines only, and catches up when there is space', () => {
    const disk = new SmallDisk(100);
    const log = new EventLog(path(), { onFailure, file: disk });
    const events = Array.from({ length: 50 }, (_, index) => notice(`number ${index}`));
    const [first] = events;
    if (!first) throw new Error('no events');
    log.append(first);
    vi.advanceTimersByTime(200);
    for (const event of events.slice(1)) log.append(event);
    vi.advanceTimersByTime(1000);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: 'disk-full', path: path(), exitCode: 4 });
    expect(read()).toBe(linesOf([first]));

    disk.free = 1e6;
    vi.advanceTimersByTime(200);
    expect(read()).toBe(linesOf(events));
    expect(log.close()).toBe(0);
    expect(failures).toHaveLength(1);
  });

  it('does not hammer a full disk', () => {
    const disk = new SmallDisk(0);
    const log = new EventLog(path(), { onFailure, file: disk });
    for (let round = 0; round < 100; round++) for (const event of sampleEvents) log.append(event);
    expect(disk.writes).toBe(1);
    expect(log.close()).toBe(100 * sampleEvents.length);
  });

  it('keeps no more than memory allows, and leaves no gap behind', () => {
    const disk = new SmallDisk(0);
    const log = new EventLog(path(), { onFailure, file: disk });
    for (let index = 0; index < 10; index++) log.append(notice('x'.repeat(2 ** 20)));
    vi.advanceTimersByTime(200);
    disk.free = 1e9;
    log.append(notice('after the gap'));
    vi.advanceTimersByTime(1000);
    expect(read()).toBe('');
    expect(log.close()).toBe(11);
    expect(failures).toHaveLength(1);
  });

  it('fails to open what is there already, or has no folder', () => {
    new EventLog(path(), { onFailure }).close();
    for (const wrong of [path(), join(folder, 'none', 'events.jsonl')]) {
      expect(() => new EventLog(wrong, { onFailure })).toThrow(
        expect.objectContaining({ code: 'unwritable' }),
      );
    }
  });
});
