import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { reportSchema } from '../report/index.ts';
import { sampleEvents, sampleReport } from '../testing/sample-run.ts';
import { runEventSchema } from './event.ts';

/** What programs read of a run is published in docs/ as JSON Schema (draft 2020-12). `vitest run -u` writes it anew. */
const published = [
  ['report', reportSchema, 'The report of a run: report.json, and what the reporter json writes.'],
  [
    'event',
    runEventSchema,
    'An event of a run: a line of events.jsonl, and of what the reporter events writes.',
  ],
] as const;

const toJson = (schema: z.ZodType) =>
  z.toJSONSchema(schema, {
    io: 'output',
    target: 'draft-2020-12',
    // Later versions have fields that are new.
    override: ({ jsonSchema }) => void delete jsonSchema.additionalProperties,
  });

describe('the published schemas', () => {
  it.each(published)('%s', async (name, schema, description) => {
    const text = `${JSON.stringify(toJson(schema.describe(description)), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`../../../../docs/${name}.schema.json`);
  });

  it('fit what is written, with a field that is new, and not what is none', () => {
    const report = z.fromJSONSchema(toJson(reportSchema));
    expect(report.safeParse({ ...sampleReport(), added: 1 }).error).toBeUndefined();
    expect(report.safeParse({ ...sampleReport(), outcome: 'great' }).success).toBe(false);
    const event = z.fromJSONSchema(toJson(runEventSchema));
    for (const one of sampleEvents) expect(event.safeParse({ ...one, added: 1 }).error).toBeUndefined();
    expect(event.safeParse({ type: 'guest-test', at_ms: 1, guest: 'guest-1' }).success).toBe(false);
  });
});
