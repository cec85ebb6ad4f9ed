import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { CHANNEL_FILE } from '@coordinator/channel';
import { fullReport } from '@coordinator/life/testing';
import type { GuestMachine, Vmm, VmmExit } from '@coordinator/machine/vmm';
import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Plan } from '@coordinator/shared/plan';
import type { Job } from '@coordinator/shared/plan/job';
import { Packr } from 'msgpackr';
import type { Lease, Platform } from '../platform/index.ts';

/** What one guest does, in this order. */
export interface Script {
  /** What its console shows. */
  readonly console?: string;
  /** What its agent says of the plan; all that is right unless given. */
  readonly messages?: (report: readonly AgentMessage[]) => readonly AgentMessage[];
  /** How its VMM ends; never by itself when null. */
  readonly exit?: Partial<VmmExit> | null;
  /** What it waits for before it says anything. */
  readonly waits?: () => Promise<void>;
  /** What becomes of its device when it is to be given back. */
  readonly release?: () => Promise<void>;
  /** Why it gets no device. */
  readonly noDevice?: string;
}

/** Holds whoever comes until so many are there, and lets them go together. */
export function meeting(size: number): () => Promise<void> {
  let waiting: Array<() => void> = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < size) return;
      for (const go of waiting) go();
      waiting = [];
    });
}

const poweredOff: VmmExit = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' };
const killed: VmmExit = { code: null, signal: 'SIGKILL', guestRequest: null, complaint: '' };

/**
 * A platform whose guests are scripts: they write to the channel, the console and the exit what a guest under a VMM would,
 * and no more. For specs of everything around guests.
 */
export class ScriptedPlatform implements Platform {
  readonly name = 'virtual';
  readonly vmm = 'qemu';
  readonly vmmVersion = null;
  readonly #plan: Plan;
  readonly #scriptOf: (guest: string, start: number) => Script;
  readonly #starts = new Map<string, number>();
  #running = 0;
  /** The most guests that ran at the same time. */
  together = 0;
  /** Devices that are held. */
  held = 0;

  /** @param scriptOf by the guest's name, and which start of it this is, from 1 */
  constructor(plan: Plan, scriptOf: (guest: string, start: number) => Script = () => ({})) {
    this.#plan = plan;
    this.#scriptOf = scriptOf;
  }

  async lease(guest: string, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    const start = (this.#starts.get(guest) ?? 0) + 1;
    this.#starts.set(guest, start);
    const script = this.#scriptOf(guest, start);
    if (script.noDevice !== undefined) throw new Error(script.noDevice);
    this.held += 1;
    let isHeld = true;
    return {
      device: { host_bdf: null, guest_bdf: null, driver: null, node: null },
      lost: new Promise(() => {}),
      release: async () => {
        if (!isHeld) return;
        isHeld = false;
        this.held -= 1;
        await script.release?.();
      },
    };
  }

  async start(machine: GuestMachine): Promise<Vmm> {
    const script = this.#scriptOf(machine.name, this.#starts.get(machine.name) ?? 1);
    this.#running += 1;
    this.together = Math.max(this.together, this.#running);
    const console = new PassThrough();
    let end: (exit: VmmExit) => void = () => {};
    const exited = new Promise<VmmExit>((resolve) => {
      end = (exit) => {
        console.end();
        resolve(exit);
      };
    });
    void exited.then(() => {
      this.#running -= 1;
    });
    setImmediate(async () => {
      await script.waits?.();
      console.write(script.console ?? '');
      this.#report(machine, script);
      if (script.exit !== null) end({ ...poweredOff, ...script.exit });
    });
    return {
      pid: process.pid,
      command: ['vmm', machine.name],
      start: 'cold',
      console,
      consoleInput: new PassThrough(),
      exited,
      stop: async () => end(killed),
    };
  }

  async close(): Promise<void> {}

  #report({ shares }: GuestMachine, { messages = (report) => report }: Script): void {
    const results = shares.find(({ tag }) => tag === 'results')?.folder ?? '';
    const job = JSON.parse(readFileSync(join(results, 'job.json'), 'utf8')) as Job;
    const packr = new Packr({ useRecords: false });
    const frames = new FrameEncoder();
    const said = messages(fullReport({ ...this.#plan, tests: job.tests }));
    for (const message of said)
      appendFileSync(join(results, CHANNEL_FILE), frames.encode(packr.pack(message)));
  }
}
