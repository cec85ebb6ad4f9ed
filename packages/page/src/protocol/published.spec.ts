import { runEventSchema } from '@coordinator/shared/event';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { frameSchema } from './frames.ts';
import { requestSchema } from './requests.ts';

/** What programs that listen read and say is published in docs/. `vitest run -u` writes it anew. */
const schema = z.strictObject({ frame: frameSchema, request: requestSchema });

/** Events have a schema of their own. */
function publish(): unknown {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema, zodSchema }) => {
      if (zodSchema === runEventSchema) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        jsonSchema.$ref = 'event.schema.json';
      }
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
