import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { exerciserNames } from '../exerciser/index.ts';
import { normalizePlan, type Plan, planSchema } from './schema.ts';

/** A plan that cannot be used. The message names the file, line and column. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** Longer files are no plans; the limit also bounds what aliases can blow up. */
const MAX_PLAN_CHARACTERS = 256 * 1024;

/**
 * Reads a plan written in YAML 1.2.
 * @param source what to call the text in errors, such as its file name.
 * @throws PlanError
 */
export function parsePlan(text: string, source: string, fallbackName = source): Plan {
  if (text.length > MAX_PLAN_CHARACTERS) {
    throw new PlanError(
      `${source}: a plan of ${text.length} characters is over the limit of ${MAX_PLAN_CHARACTERS}`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [mistake] = document.errors;
  if (mistake) throw new PlanError(`${place(mistake.pos[0])}: ${mistake.message}`);

  const parsed = planSchema.safeParse(toValue());
  if (!parsed.success)
    throw new PlanError(parsed.error.issues.flatMap(narrow).map(describe).slice(0, 5).join('\n'));
  return normalizePlan(parsed.data, fallbackName);

  function toValue(): unknown {
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      throw new PlanError(`${source}: ${(error as Error).message}`);
    }
  }

  /** Of a test that is neither of the exerciser's nor a program, what is wrong with it as what it was meant to be. */
  function narrow(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
    if (issue.code !== 'invalid_union' || issue.errors.length !== 2 || issue.path.length !== 2)
      return [issue];
    const meant = document.hasIn([...issue.path, 'run']) ? 1 : 0;
    return (issue.errors[meant] ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  }

  function describe(issue: z.core.$ZodIssue): string {
    const path = issue.path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('');
    const subject = path ? `${path.replace(/^\./, '')}: ` : '';
    return `${place(offsetOf(issue.path))}: ${subject}${explain(issue)}`;
  }

  /** Offset of the node at `path`, or of the nearest one around it. */
  function offsetOf(path: readonly PropertyKey[]): number {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) return range[0];
    }
    return 0;
  }

  function place(offset: number): string {
    const { line, col } = lines.linePos(offset);
    return `${source}:${line}:${col}`;
  }
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'exerciser')
    return `must be one of ${exerciserNames.join(', ')}`;
  return issue.message;
}

/** The JSON Schema of a plan file (draft 2020-12), for editors and other tools. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' });
}
