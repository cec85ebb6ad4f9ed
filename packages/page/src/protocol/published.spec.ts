import { comparisonSchema } from '@coordinator/history/comparison';
import { runEventSchema } from '@coordinator/shared/event';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { frameSchema } from './frames.ts';
import { requestSchema } from './requests.ts';

/** What programs that listen read and say is published in docs/. `vitest run -u` writes it anew. */
const schema = z.strictObject({ frame: frameSchema, request: requestSchema });

/** What has a schema of its own. */
const others = new Map<unknown, string>([
  [runEventSchema, 'event.schema.json'],
  [comparisonSchema, 'comparison.schema.json'],
]);

function publish(): unknown {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema, zodSchema }) => {
      const other = others.get(zodSchema);
      if (other === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      jsonSchema.$ref = other;
    },
  });
  const { frame, request } = made.properties ?? {};
  return {
    $schema: made.$schema,
    description: 'What the server of the live page says (frame) and what it can be asked for (request).',
    $defs: { frame, request },
  };
}

describe('the published schema', () => {
  it('is as frames and requests are', async () => {
    await expect(`${JSON.stringify(publish(), null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/page.schema.json',
    );
  });
});
