import type * as z from 'zod';
import type { ProgramTest } from './program/test-schema.ts';
import type { OwnFields, Step } from './step.ts';

/** What every test of a plan comes to. */
interface AnyTest {
  readonly mode: string;
  readonly size: number;
  readonly offset: number;
}

interface AnyPlan {
  readonly tests: ReadonlyArray<AnyTest | ProgramTest>;
}

/** A test of the exerciser, among the programs that a plan may have beside them. */
export type TestOf<Schema extends z.ZodType<AnyPlan>> = Exclude<
  z.infer<Schema>['tests'][number],
  ProgramTest
>;

/** How plans of an exerciser are written. */
export interface PlanKind<Schema extends z.ZodType<AnyPlan>, OwnStep extends Step> {
  /** A whole plan; `exerciser` tells it from those of others. */
  readonly schema: Schema;
  /** A step's fields beyond what each has, with nothing left to default. */
  ownFields(test: TestOf<Schema>): OwnFields<OwnStep>;
  /** What is special of a test, for the name of one that has none: "stride-64". */
  special(test: TestOf<Schema>): string[];
  /** The plans that come with coordinator, in the form a user would write them; the first runs when none is named. */
  readonly builtin: Readonly<Record<string, string>>;
}
