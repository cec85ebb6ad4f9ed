import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { comparisonSchema } from './comparison.ts';

/** What programs read of comparisons is published in docs/. `vitest run -u` writes it anew. */
describe('the published schema', () => {
  it('is as comparisons are', async () => {
    const { $schema, ...schema } = z.toJSONSchema(comparisonSchema, { io: 'input', target: 'draft-2020-12' });
    const published = {
      $schema,
      description: 'What changed from one run to another: `coordinator report A B --reporter json=FILE`.',
      ...schema,
    };
    await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/comparison.schema.json',
    );
  });
});
