import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import protocol from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import type { Type } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../../testing/recording-output.ts';
import { sampleStressEvents, sampleStressReport } from '../../testing/sample-stress.ts';
import { createReporter } from './otlp.ts';
import type { Span } from './trace.ts';

/** OpenTelemetry's own definition of what a collector takes; its declarations say only that it is generated. */
const Request = (protocol as unknown as Generated).opentelemetry.proto.collector.trace.v1
  .ExportTraceServiceRequest;
interface Generated {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: { readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Type } } };
    };
  };
}

const render = async (report = sampleReport(), events = sampleEvents, runFolder: string | null = null) =>
  JSON.parse(await renderWith(createReporter, events, report, { runFolder }));

const spansOf = (trace: { resourceSpans: [{ scopeSpans: [{ spans: Span[] }] }] }): Span[] =>
  trace.resourceSpans[0].scopeSpans[0].spans;

/** OTLP's JSON has ids in hexadecimal digits, where that of protobuf has base64. */
function withBytes(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withBytes(one));
  if (typeof value === 'string' && /^(trace|span|parentSpan)Id$/.test(key)) return Buffer.from(value, 'hex');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withBytes(one, name)]));
}

describe('the otlp reporter', () => {
  it.each([
    ['a run', async () => render()],
    ['a run without events', async () => render(sampleReport(), [])],
    ['a stress run', async () => render(sampleStressReport(), sampleStressEvents)],
  ])("is what OpenTelemetry's protocol has, and nothing else: %s", async (_, make) => {
    const request = withBytes(await make());
    const message = Request.fromObject(request as object);
    const decoded = Request.decode(Request.encode(message).finish());
    // A field that the protocol does not have would be gone.
    expect(Request.toObject(decoded, { longs: String })).toEqual(request);
  });

  it('has ids of the right length, each once, and a tree of which the run is the root', async () => {
    const spans = spansOf(await render());
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const { traceId, spanId, parentSpanId } of spans) {
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      if (parentSpanId !== undefined) expect(ids).toContain(parentSpanId);
    }
    expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toMatchObject([
      { name: 'RUN test default', kind: 2, status: { code: 2 } },
    ]);
    expect(spansOf(await render()).map(({ spanId }) => spanId)).toEqual([...ids]);
  });

  it('has the attributes that the conventions require', async () => {
    const spans = spansOf(await render(sampleReport(), sampleEvents, '/runs/a b'));
    const of = (span: Span | undefined) =>
      Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(of(spans[0])).toEqual({
      'cicd.pipeline.action.name': 'RUN',
      'cicd.pipeline.result': 'error',
      'error.type': 'error',
    });
    const guests = spans.filter(({ name }) => name === 'guest').map(of);
    expect(guests.map((guest) => [guest['cicd.pipeline.task.run.result'], guest['error.type']])).toEqual([
      ['success', undefined],
      ['failure', 'fail'],
      ['failure', 'panic'],
      ['timeout', 'hang'],
      ['error', 'lost'],
    ]);
    for (const span of spans.slice(1).map(of)) {
      expect(span['cicd.pipeline.task.name']).toMatch(/./);
      expect(span['cicd.pipeline.task.run.id']).toMatch(/^20261122-184500-x7q2\/guest-\d/);
      expect(span['cicd.pipeline.task.run.url.full']).toMatch(/^file:\/\/\/runs\/a%20b\/guest-\d$/);
    }
  });

  it('is as old as the run, and no span ends before it begins', async () => {
    const spans = spansOf(await render());
    const start = BigInt(Date.parse('2026-11-22T18:45:00.000Z')) * 1_000_000n;
    expect(BigInt(spans[0]?.startTimeUnixNano ?? 0)).toBe(start);
    const test = spans.find(({ name }) => name === 'memcpy/0x100');
    expect(BigInt(test?.endTimeUnixNano ?? 0) - start).toBe(2_000_000_000n);
    for (const { startTimeUnixNano: from, endTimeUnixNano: to } of spans)
      expect(BigInt(to) >= BigInt(from)).toBe(true);
  });
});
