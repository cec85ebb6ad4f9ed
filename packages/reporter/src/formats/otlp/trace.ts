import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GuestResult, Report, TestResult } from '@coordinator/shared/report';
import type { Interval, RunTimes } from '../../facts/run-times.ts';
import { cleanLine } from '../../facts/text.ts';
import { type Attribute, attributes, type Fields } from './attributes.ts';
import { failureOf, resultOf } from './result.ts';

/** opentelemetry/proto/trace/v1/trace.proto: SpanKind, StatusCode. */
const kinds = { internal: 1, server: 2 } as const;
const ERROR = 2;

/** A span in the JSON of OTLP: ids in hexadecimal digits, times in nanoseconds since 1970 as text. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Task {
  readonly name: string;
  /** Names it within the run; what its id is made of. */
  readonly path: readonly string[];
  readonly interval: Interval;
  readonly result: string;
  /** A class of failures, and a sentence. */
  readonly failure: { readonly type: string; readonly message: string } | null;
  readonly fields: Fields;
}

/** One trace: a span for the run, and inside of it one for each guest, with its phases and tests. */
export function makeTrace(report: Report, times: RunTimes, runFolder: string | null) {
  const writer = new SpanWriter(report, runFolder);
  const { started, run, coordinator, plan, command, exerciser = 'smmute' } = report;
  const pipeline = cleanLine(`${command[1] ?? 'test'} ${plan}`, 200);
  writer.addRun(pipeline, resultOf(report), failureOf(report));
  for (const guest of report.guests) {
    writer.addTask(guestTask(guest, times.guest(guest)), []);
    const phases = times.phases(guest);
    for (const [index, { phase }] of (guest.phases ?? []).entries()) {
      const interval = phases[index] ?? times.guest(guest);
      const task = {
        path: [guest.id, 'phase', phase],
        interval,
        result: 'success',
        failure: null,
        fields: {},
      };
      writer.addTask({ ...task, name: phase }, [guest.id]);
    }
    const tests = times.tests(guest);
    for (const [index, test] of guest.tests.entries())
      writer.addTask(testTask(test, index, guest, tests[index] ?? times.guest(guest)), [guest.id]);
  }
  const resource = attributes({
    ...{ 'service.name': 'coordinator', 'service.version': coordinator },
    ...{ 'cicd.pipeline.name': pipeline, 'cicd.pipeline.run.id': run },
    ...{
      'coordinator.platform': report.platform,
      'coordinator.exerciser': exerciser,
      'coordinator.started': started,
    },
  });
  const scope = { name: 'coordinator', version: cleanLine(coordinator) };
  return {
    resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope, spans: writer.spans }] }],
  };
}

function guestTask(guest: GuestResult, interval: Interval): Task {
  const { id, kernel, device, interrupts, fingerprint, seed, attempts } = guest;
  const fields = {
    ...{
      'coordinator.guest': id,
      'os.version': kernel,
      'coordinator.device': device.host_bdf ?? device.guest_bdf,
    },
    ...{
      'coordinator.interrupts': interrupts?.device_total ?? null,
      'coordinator.attempts': attempts.length + 1,
    },
    ...{ 'coordinator.seed': seed ?? null, 'coordinator.fingerprint': fingerprint ?? null },
  };
  return { name: 'guest', path: [id], interval, result: resultOf(guest), failure: failureOf(guest), fields };
}

function testTask(test: TestResult, index: number, { id }: GuestResult, interval: Interval): Task {
  const { name, outcome, transactions, message, transaction_us } = test;
  const fields = {
    ...{ 'test.case.name': name, 'coordinator.transactions': transactions },
    'coordinator.transaction.median_us': transaction_us?.median ?? null,
  };
  const result = outcome === 'skip' ? 'skip' : outcome === 'pass' ? 'success' : 'failure';
  const failure = outcome === 'fail' ? { type: 'test', message: message ?? 'failed' } : null;
  return { name, path: [id, 'test', String(index)], interval, result, failure, fields };
}

class SpanWriter {
  readonly spans: Span[] = [];
  readonly #report: Report;
  readonly #runFolder: string | null;
  readonly #start: number;
  readonly #trace: string;

  constructor(report: Report, runFolder: string | null) {
    this.#report = report;
    this.#runFolder = runFolder;
    this.#start = Date.parse(report.started) || 0;
    this.#trace = hex(report.run, 32);
  }

  addRun(pipeline: string, result: string, failure: Task['failure']): void {
    const fields = { 'cicd.pipeline.action.name': 'RUN', 'cicd.pipeline.result': result };
    const interval = { from: 0, to: this.#report.duration_ms };
    this.#add(`RUN ${pipeline}`, kinds.server, [], null, interval, fields, failure);
  }

  addTask({ name, path, interval, result, failure, fields }: Task, parent: readonly string[]): void {
    const task = {
      ...{
        'cicd.pipeline.task.name': name,
        'cicd.pipeline.task.run.id': [this.#report.run, ...path].join('/'),
      },
      ...{
        'cicd.pipeline.task.run.result': result,
        'cicd.pipeline.task.run.url.full': this.#urlOf(path[0] ?? ''),
      },
      'cicd.pipeline.task.type': 'test',
    };
    this.#add(name, kinds.internal, path, parent, interval, { ...task, ...fields }, failure);
  }

  #add(
    name: string,
    kind: number,
    path: readonly string[],
    parent: readonly string[] | null,
    { from, to }: Interval,
    fields: Fields,
    failure: Task['failure'],
  ): void {
    this.spans.push({
      traceId: this.#trace,
      spanId: this.#idOf(path),
      ...(parent && { parentSpanId: this.#idOf(parent) }),
      name: cleanLine(name, 200) || 'task',
      kind,
      startTimeUnixNano: this.#nanoseconds(from),
      endTimeUnixNano: this.#nanoseconds(Math.max(from, to)),
      attributes: attributes({ ...fields, 'error.type': failure?.type ?? null }),
      status: failure ? { code: ERROR, message: cleanLine(failure.message) } : {},
    });
  }

  /** The same for the same run: who sends it twice has it once. */
  #idOf(path: readonly string[]): string {
    return hex([this.#report.run, ...path].join('\n'), 16);
  }

  /** Milliseconds have a part of a thousandth; beyond that a double has no room for the date. */
  #nanoseconds(ms: number): string {
    return String(BigInt(this.#start) * 1_000_000n + BigInt(Math.round(ms * 1000)) * 1000n);
  }

  #urlOf(guest: string): string {
    const { run } = this.#report;
    if (this.#runFolder === null)
      return `urn:coordinator:${encodeURIComponent(run)}:${encodeURIComponent(guest)}`;
    return pathToFileURL(join(resolve(this.#runFolder), guest)).href;
  }
}

function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
