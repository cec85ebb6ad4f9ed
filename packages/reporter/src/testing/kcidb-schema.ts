import * as z from 'zod';

/**
 * KCIDB's schema 5.3, as far as reports of ours use it, made from what kcidb-io publishes (kcidb_io/schema/v05_03.py): the
 * Python package that holds it is nothing that npm has. Names, patterns, limits and what is required are all those of the
 * original; an object has no other fields than these there either.
 */
const origin = z.string().regex(/^[a-z0-9_]+$/);
const id = z.string().regex(/^[a-z0-9_]+:[^\0]*$/);
const text = z.string().regex(/^[^\0]*$/);
const path = z.string().regex(/^([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?$/);
const time = z.iso.datetime({ offset: true });
const status = z.enum(['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP']);
const misc = z.record(z.string(), z.unknown()).optional();
const excerpt = text.max(16_384);
const comment = text.optional();

const checkout = z.strictObject({ id, origin, comment, valid: z.boolean().optional(), misc });
const build = z.strictObject({
  ...{ id, origin, checkout_id: id, comment, misc },
  ...{
    architecture: z
      .string()
      .regex(/^[a-z0-9_]*$/)
      .optional(),
    status: status.optional(),
  },
});
const test = z.strictObject({
  ...{ id, origin, build_id: id, path: path.optional(), status: status.optional(), comment, misc },
  environment: z.strictObject({ comment, misc, compatible: z.array(z.string()).optional() }).optional(),
  ...{ log_excerpt: excerpt.optional(), start_time: time.optional(), duration: z.number().optional() },
  number: z
    .strictObject({
      value: z.number(),
      unit: text.optional(),
      prefix: z.enum(['metric', 'binary']).optional(),
    })
    .optional(),
});
const issue = z.strictObject({ id, origin, version: z.int().min(0), comment, misc });
const incident = z.strictObject({
  ...{ id, origin, issue_id: id, issue_version: z.int(), comment, misc },
  ...{ test_id: id.optional(), build_id: id.optional(), present: z.boolean().optional() },
});

export const kcidbSchema = z.strictObject({
  version: z.strictObject({ major: z.literal(5), minor: z.int().min(0).max(3) }),
  checkouts: z.array(checkout).optional(),
  builds: z.array(build).optional(),
  tests: z.array(test).optional(),
  issues: z.array(issue).optional(),
  incidents: z.array(incident).optional(),
});
