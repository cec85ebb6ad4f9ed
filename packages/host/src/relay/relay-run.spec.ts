import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecExit, ExecOptions } from '@coordinator/exec';
import type { RunEvent } from '@coordinator/shared/event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabCommands, relayRun } from './relay-run.ts';

const device = { host_bdf: '0000:07:00.0', guest_bdf: null, driver: null, node: null };
const guest = 'guest-1';
const start = {
  ...{ type: 'run-started', at_ms: 0, run: '20261122-184500-abcd', command: ['inner'], coordinator: '0.1.0' },
  ...{ platform: 'host', vmm: 'qemu', vmm_version: '11.1.3', channel: 'file', start: 'cold', plan: 'page' },
  ...{ tests: ['probe'], started: '2026-11-22T18:45:00.000Z', guests: [guest] },
} satisfies RunEvent;
const events: readonly RunEvent[] = [
  start,
  { type: 'guest-started', at_ms: 1, guest, pid: 7, device },
  { type: 'guest-artifact', at_ms: 2, guest, name: 'console.log' },
  { type: 'guest-ended', at_ms: 9, guest, outcome: 'pass', error_kind: null, reason: null, duration_ms: 8 },
  { type: 'run-ended', at_ms: 9, outcome: 'pass', exit_code: 0, reason: null },
];
const jsonl = (list: readonly object[]) => list.map((event) => `${JSON.stringify(event)}\n`).join('');
const ok: ExecExit = { code: 0, signal: null, problem: null };

/** A lab whose coordinator prints `stdout`; every other command is a `cat` of a file that holds its own path. */
class ScriptedLab implements LabCommands {
  readonly signals: number[] = [];
  readonly commands: string[] = [];
  readonly #script: { readonly stdout: string; readonly stderr?: string; readonly exit: Promise<ExecExit> };

  constructor(script: {
    readonly stdout: string;
    readonly stderr?: string;
    readonly exit: Promise<ExecExit>;
  }) {
    this.#script = script;
  }

  exec(argv: readonly string[], options: ExecOptions = {}) {
    const kill = (signal: number) => void this.signals.push(signal);
    this.commands.push(argv.join(' '));
    const exited = (async () => {
      if (argv[1] === 'restore') return ok;
      if (argv[0] === 'cat') {
        await options.onStdout?.(Buffer.from(argv[1] ?? ''));
        return ok;
      }
      const bytes = Buffer.from(this.#script.stdout);
      for (let at = 0; at < bytes.length; at += 100) await options.onStdout?.(bytes.subarray(at, at + 100));
      await options.onStderr?.(Buffer.from(this.#script.stderr ?? ''));
      return this.#script.exit;
    })();
    return { exited, kill, resize: () => {} };
  }
}

let folder: string;
const log = { append: () => {}, length: 0, compact: () => {} };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-in-lab-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (
  lab: LabCommands,
  listener: (event: RunEvent) => void = () => {},
  interrupt = new AbortController(),
) =>
  relayRun({
    ...{ log, repeat: (seed: number) => `repeat ${seed}` },
    ...{ lab, argv: ['coordinator'], run: '20261122-190000-wxyz', folder, command: ['coordinator', 'test'] },
    ...{
      listeners: [listener],
      interrupt: interrupt.signal,
      failure: new AbortController().signal,
      notices: [],
    },
  });

describe('a run in the lab', () => {
  it('becomes one of ours, with its artifacts', async () => {
    const seen: RunEvent[] = [];
    const lab = new ScriptedLab({ stdout: jsonl(events), exit: Promise.resolve(ok) });
    const report = await run(lab, (event) => seen.push(event));
    expect(report).toMatchObject({
      run: '20261122-190000-wxyz',
      command: ['coordinator', 'test'],
      platform: 'lab',
      outcome: 'pass',
      exit_code: 0,
    });
    expect(report.guests[0]).toMatchObject({ outcome: 'pass', device, artifacts: ['console.log'] });
    expect(seen.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect(readFileSync(join(folder, guest, 'console.log'), 'utf8')).toBe(
      '/run/coordinator-runs/20261122-184500-abcd/guest-1/console.log',
    );
  });

  it('that is cut off ends as lost', async () => {
    const exit = Promise.reject(new Error('the lab was lost'));
    const report = await run(new ScriptedLab({ stdout: jsonl(events.slice(0, 2)), exit }));
    expect(report).toMatchObject({ outcome: 'error', exit_code: 4, reason: 'the lab was lost' });
    expect(report.guests[0]).toMatchObject({ outcome: 'error', error_kind: 'lost' });
  });

  it('whose coordinator is killed ends as lost guests, which are ended in the lab', async () => {
    const exit = Promise.resolve({ code: null, signal: 9, problem: null });
    const lab = new ScriptedLab({ stdout: jsonl(events.slice(0, 3)), exit });
    const report = await run(lab);
    expect(report).toMatchObject({ outcome: 'error', exit_code: 3 });
    expect(report.reason).toMatch(/ended before its run: it was ended by signal 9/);
    expect(report.guests[0]).toMatchObject({ outcome: 'error', error_kind: 'lost' });
    // Before what they have left is copied.
    expect(lab.commands.slice(1)).toEqual([
      'coordinator restore',
      expect.stringMatching(/^cat .*console\.log$/),
    ]);
  });

  it('that cannot start says why in its own words', async () => {
    const stderr = 'noise\ncoordinator: this machine has no KVM\n  → enable KVM\n';
    const exit = Promise.resolve({ code: 4, signal: null, problem: null });
    await expect(run(new ScriptedLab({ stdout: '', stderr, exit }))).rejects.toMatchObject({
      message: 'in the lab: this machine has no KVM',
      remedy: 'enable KVM',
      exitCode: 4,
    });
  });

  it('takes nothing over that an event must not hold', async () => {
    const hostile = [
      start,
      start,
      { type: 'guest-artifact', at_ms: 1, guest, name: '../../escape' },
      { type: 'guest-artifact', at_ms: 1, guest: '../x', name: 'console.log' },
      { type: 'no-such-event' },
      ...events.slice(3),
    ];
    const lab = new ScriptedLab({ stdout: `${jsonl(hostile)}rubbish\n`, exit: Promise.resolve(ok) });
    const notices: string[] = [];
    const report = await run(lab, (event) => {
      if (event.type === 'run-notice') notices.push(event.text);
    });
    expect(report.guests).toHaveLength(1);
    expect(report.guests[0]?.artifacts).toEqual([]);
    expect(notices).toEqual([
      'from the lab came a second start of the run',
      'from the lab came an artifact with an odd name',
      'from the lab came an event of an unknown guest',
      'from the lab came a line that is no event',
      'from the lab came a line that is no event',
    ]);
  });

  it('is interrupted by a signal to the coordinator inside', async () => {
    const interrupt = new AbortController();
    let end: (exit: ExecExit) => void = () => {};
    const exit = new Promise<ExecExit>((resolve) => {
      end = resolve;
    });
    const lab = new ScriptedLab({ stdout: jsonl(events.slice(0, 2)), exit });
    const done = run(lab, () => {}, interrupt);
    interrupt.abort();
    expect(lab.signals).toEqual([2]);
    end({ code: 130, signal: null, problem: null });
    expect((await done).guests[0]).toMatchObject({ error_kind: 'interrupted' });
  });
});

const stressPlan = {
  ...{
    mode: 'restart' as const,
    vary: 'seeds' as const,
    seed: 7,
    rounds: 6,
    duration_ms: null,
    jobs: 2,
    retries: 0,
  },
  max_failures: 0,
} as const;
const stressStart = { ...start, stress: stressPlan } satisfies RunEvent;
/** One round from its beginning to its end. */
const round = (id: string, outcome: 'pass' | 'fail'): RunEvent[] => [
  {
    type: 'guest-begins',
    at_ms: 1,
    guest: id,
    seed: 5,
    repeat: 'coordinator test --platform host --kernel /exchange/Image',
  },
  { type: 'guest-started', at_ms: 2, guest: id, pid: 7, device, vmm_command: ['qemu', '-m', '256M'] },
  { type: 'guest-artifact', at_ms: 3, guest: id, name: 'console.log' },
  { type: 'guest-ended', at_ms: 4, guest: id, outcome, error_kind: null, reason: null, duration_ms: 2 },
];

describe('a stress run in the lab', () => {
  it('brings home what is kept of its rounds, with the command that repeats them from here', async () => {
    const told = [
      stressStart,
      ...round('guest-1/1', 'fail'),
      ...round('guest-1/2', 'pass'),
      ...round('guest-1/3', 'pass'),
      { type: 'run-ended', at_ms: 9, outcome: 'fail', exit_code: 1, reason: null },
    ];
    const lab = new ScriptedLab({ stdout: jsonl(told), exit: Promise.resolve({ ...ok, code: 1 }) });
    const report = await run(lab);
    expect(report).toMatchObject({ outcome: 'fail', exit_code: 1, platform: 'lab' });
    expect(report.guests.map(({ id }) => id)).toEqual(['guest-1/1', 'guest-1/3']);
    expect(report.guests[0]).toMatchObject({ repeat: 'repeat 5', vmm_command: ['qemu', '-m', '256M'] });
    expect(lab.commands.slice(1).map((command) => command.replace(/.*abcd\//, ''))).toEqual([
      'guest-1/1/console.log',
      'guest-1/3/console.log',
    ]);
  });

  it('that is killed loses the rounds that had no end', async () => {
    const exit = Promise.resolve({ code: null, signal: 9, problem: null });
    const told = [stressStart, ...round('guest-1/1', 'pass'), ...round('guest-1/2', 'pass').slice(0, 2)];
    const report = await run(new ScriptedLab({ stdout: jsonl(told), exit }));
    expect(report).toMatchObject({ outcome: 'error', exit_code: 3 });
    expect(report.guests.map(({ id, error_kind }) => [id, error_kind])).toEqual([
      ['guest-1/1', null],
      ['guest-1/2', 'lost'],
    ]);
  });

  it('cannot tell of rounds that never began, or of guests that it has not', async () => {
    const told = [
      stressStart,
      ...round('guest-1/1', 'pass').slice(1),
      ...round('guest-2/1', 'pass').slice(0, 1),
      ...round('guest-1/../2', 'pass').slice(0, 1),
      { type: 'run-ended', at_ms: 9, outcome: 'pass', exit_code: 0, reason: null },
    ];
    const notices: string[] = [];
    const report = await run(new ScriptedLab({ stdout: jsonl(told), exit: Promise.resolve(ok) }), (event) => {
      if (event.type === 'run-notice') notices.push(event.text);
    });
    expect(report.guests).toEqual([]);
    expect(notices).toEqual([
      ...Array(3).fill('from the lab came an event of an unknown guest'),
      ...Array(2).fill('from the lab came a round that cannot be'),
    ]);
  });
});
