import type { InterruptRow, InterruptSnapshot } from './parse.ts';

/** How one interrupt of a device counted between two snapshots. The arrays have one entry per CPU of `cpus`. */
export interface InterruptRowDelta {
  readonly irq: string;
  readonly action: string;
  readonly chip: string;
  readonly hwirq: number | null;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly delta: readonly number[];
}

export interface InterruptDelta {
  /** CPUs that had a column in either snapshot, ascending. */
  readonly cpus: readonly number[];
  readonly rows: readonly InterruptRowDelta[];
  /** CPUs that had a column before and have none any more: what they counted since is not known. */
  readonly vanishedCpus: readonly number[];
  /** Labels of rows that were there before and are not any more: the same is true of them. */
  readonly vanishedRows: readonly string[];
  /** Sum of all deltas of all rows. */
  readonly total: number;
}

/** Whether an interrupt that was requested under this name, "" for one that nobody has, is the device's. */
export type ActionMatcher = (action: string, row: InterruptRow) => boolean;

/** Per-CPU counts are `unsigned int` in the kernel (struct irqstat) and wrap there. */
const COUNTER_RANGE = 2 ** 32;

/**
 * What the rows with a name that `owns` takes counted from `before` to `after`.
 * @param owned the same of `before`, where the device's rows may have been others
 *
 * - A row that appeared counts from zero, and so does a row whose chip or hardware number changed: the IRQ number
 *   was freed and given out again.
 * - A row that vanished keeps its last counts, with a delta of zero: what it counted after is not known.
 * - A CPU that went offline shows no column, though the kernel keeps its count; it counts zero until it is back.
 * - A count that went down wrapped if it was in the upper half of its range; otherwise the driver let go of the
 *   interrupt and requested it again, which starts the count anew.
 */
export function interruptDelta(
  before: InterruptSnapshot,
  after: InterruptSnapshot,
  owns: ActionMatcher,
  owned: ActionMatcher = owns,
): InterruptDelta {
  const cpus = [...new Set([...before.cpus, ...after.cpus])].sort((a, b) => a - b);
  const rowsBefore = new Map(deviceRows(before, owned).map((row) => [rowKey(row), row]));
  const rowsAfter = new Map(deviceRows(after, owns).map((row) => [rowKey(row), row]));
  const rows = [...new Map([...rowsBefore, ...rowsAfter]).entries()].map(([key, row]) =>
    rowDelta(
      row,
      row.actions.find((action) => owns(action, row) || owned(action, row)) ?? '',
      cpus,
      rowsBefore.get(key),
      rowsAfter.get(key),
    ),
  );
  rows.sort((a, b) => Number(a.irq) - Number(b.irq));
  const total = rows.reduce((sum, row) => sum + row.delta.reduce((a, b) => a + b, 0), 0);
  const vanishedCpus = before.cpus.filter((cpu) => !after.cpus.includes(cpu));
  const vanishedRows = [...rowsBefore].filter(([key]) => !rowsAfter.has(key)).map(([, { irq }]) => irq);
  return { cpus, rows, vanishedCpus, vanishedRows, total };
}

/** Rows whose interrupt was requested under a name that `owns` takes. */
export function deviceRows(snapshot: InterruptSnapshot, owns: ActionMatcher): InterruptRow[] {
  const actionsOf = ({ actions }: InterruptRow) => (actions.length === 0 ? [''] : actions);
  return snapshot.rows.filter((row) => actionsOf(row).some((action) => owns(action, row)));
}

function rowKey(row: InterruptRow): string {
  return `${row.irq} ${row.chip} ${row.hwirq}`;
}

function rowDelta(
  row: InterruptRow,
  action: string,
  cpus: readonly number[],
  before: InterruptRow | undefined,
  after: InterruptRow | undefined,
): InterruptRowDelta {
  const counted = cpus.map((cpu) => {
    const first = before?.counts.get(cpu) ?? 0;
    const last = after?.counts.get(cpu) ?? first;
    return { first, last, delta: countedBetween(first, last) };
  });
  return {
    irq: row.irq,
    action,
    chip: row.chip,
    hwirq: row.hwirq,
    before: counted.map(({ first }) => first),
    after: counted.map(({ last }) => last),
    delta: counted.map(({ delta }) => delta),
  };
}

function countedBetween(first: number, last: number): number {
  if (last >= first) return last - first;
  return first >= COUNTER_RANGE / 2 ? last - first + COUNTER_RANGE : last;
}
