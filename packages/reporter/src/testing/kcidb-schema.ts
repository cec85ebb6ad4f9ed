import * as z from 'zod';

/**
 * KCIDB's I/O schema 5.3, field by field as kernelci/kcidb-io publishes it: kcidb_io/schema/v05_03.py at commit
 * 07cc1885a1ecae6f25287b61b58ecb4f70a92e63, and the patterns that it inherits from v03_00.py (bf2248bc67ca) and v05_00.py
 * (32f6864ea9f0). The Python package that holds it is nothing that npm has. An object has no other fields than these there
 * either, and nothing may be null.
 */
const origin = z.string().regex(/^[a-z0-9_]+$/);
const id = z.string().regex(/^[a-z0-9_]+:[^\0]*$/);
const text = z.string().regex(/^[^\0]*$/);
const path = z.string().regex(/^([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?$/);
const time = z.iso.datetime({ offset: true });
const url = z.url();
const status = z.enum(['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP']);
const excerpt = text.max(16_384);
const resources = z.array(z.strictObject({ name: z.string().regex(/^[^/\0]+$/), url }));

/** What may be there and need not. */
const optional = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).partial().shape;
const common = optional({ _timestamp: time, comment: text, misc: z.record(z.string(), z.unknown()) });

const checkout = z.strictObject({
  ...{ id, origin, ...common },
  ...optional({
    ...{ tree_name: text, git_repository_url: url.regex(/^https:\/\/[^\0]*$/) },
    ...{ git_commit_hash: z.string().regex(/^[0-9a-f]{40}$/), git_commit_name: text },
    ...{ git_commit_tags: z.array(text), git_commit_message: text, git_repository_branch: text },
    ...{ git_repository_branch_tip: z.boolean(), patchset_files: resources },
    ...{ patchset_hash: z.string().regex(/^$|^[0-9a-f]{64}$/), message_id: z.email() },
    ...{ start_time: time, origin_builds_finish_time: time, origin_tests_finish_time: time },
    ...{ log_url: url, log_excerpt: excerpt, valid: z.boolean() },
  }),
});
const build = z.strictObject({
  ...{ id, origin, checkout_id: id, ...common },
  ...optional({
    ...{ start_time: time, duration: z.number(), architecture: z.string().regex(/^[a-z0-9_]*$/) },
    ...{ command: text, compiler: text, input_files: resources, output_files: resources },
    ...{ config_name: text, config_url: url, log_url: url, log_excerpt: excerpt, status },
  }),
});
const { comment, misc } = common;
const environment = z.strictObject({
  ...{ comment, misc },
  ...optional({ compatible: z.array(z.string().regex(/^[^ \0]+(,[^ \0]+)*$/)) }),
});
const number = z.strictObject({
  value: z.number(),
  ...optional({ unit: text, prefix: z.enum(['metric', 'binary']) }),
});
const test = z.strictObject({
  ...{ id, origin, build_id: id, ...common },
  ...optional({
    ...{ environment, path, log_url: url, log_excerpt: excerpt, status, number, start_time: time },
    ...{ duration: z.number(), input_files: resources, output_files: resources },
  }),
});
const issue = z.strictObject({
  ...{ id, origin, version: z.int().min(0), ...common },
  ...optional({
    ...{ categories: z.array(path), report_url: url, report_subject: text },
    culprit: z.strictObject({ code: z.boolean(), tool: z.boolean(), harness: z.boolean() }).partial(),
  }),
});
const incident = z.strictObject({
  ...{ id, origin, issue_id: id, issue_version: z.int().min(0), ...common },
  ...optional({ build_id: id, test_id: id, present: z.boolean() }),
});

export const kcidbSchema = z.strictObject({
  version: z.strictObject({ major: z.literal(5), ...optional({ minor: z.int().min(0).max(3) }) }),
  ...optional({
    ...{ checkouts: z.array(checkout), builds: z.array(build), tests: z.array(test) },
    ...{ issues: z.array(issue), incidents: z.array(incident) },
  }),
});
