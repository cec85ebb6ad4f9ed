import type { SourceChange } from '@coordinator/image';

/** What is spoilt. A verdict that cannot be fooled notices each. */
export const groups = ['data', 'status', 'interrupts', 'isolation', 'reporting'] as const;
export type Group = (typeof groups)[number];

/**
 * What ought to notice: a test by its name, or a part of a name before a "*"; `plan` the comparison of what was reported
 * with what was planned, `device` that with what the device itself has counted.
 */
export type Catcher = string;

/** One thing that is broken on purpose, in a guest of its own. */
export interface SelfTestCase {
  readonly name: string;
  readonly group: Group;
  /** What it does, in one sentence without a stop. */
  readonly does: string;
  /** Which plan it is held to: a built-in one, or that of programs. */
  readonly plan: 'default' | 'isolation' | 'page' | 'programs';
  /** Any of these must notice it. Empty for what must pass, with a warning of the kind `warns` if that is given. */
  readonly caughtBy: readonly Catcher[];
  readonly warns?: string;
  /** How an end other than a failed test counts as noticed: the guest hung, for example. */
  readonly ends?: 'hang' | 'lost';
  readonly broken: Broken;
}

/** Where it is broken. */
export type Broken =
  | { readonly part: 'nothing' }
  /** A defect of the device server. */
  | { readonly part: 'device'; readonly defect: string }
  /** A lie of the lying agent; with `tool`, a lying tool beside it. */
  | { readonly part: 'agent'; readonly lie: string; readonly tool?: string }
  /** The body of a shell script that stands in for the tool; `$real` is the tool itself. */
  | { readonly part: 'tool'; readonly script: string }
  /** A change to a source of the driver. */
  | { readonly part: 'driver'; readonly change: Omit<SourceChange, 'name'> };
