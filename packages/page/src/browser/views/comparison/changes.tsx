import { describeCounts, describeFigure } from '@coordinator/history/compare/words';
import type { Comparison } from '@coordinator/history/comparison';
import { OutcomePill } from '../outcome.tsx';
import { ChangeTable } from './change-table.tsx';

/** All but the times. */
export function Changes({ comparison }: { comparison: Comparison }) {
  const { settings, guests, outcomes, interrupts, crashes } = comparison;
  const print = (name: string, before: string, after: string) => ({ name, before, after });
  return (
    <>
      <ChangeTable title="Settings and kernels" of="setting" rows={settings} />
      <ChangeTable
        title="Guests"
        of="guest"
        more="reason"
        rows={guests.map(({ id, before, after, reason }) => ({
          name: id,
          before: <OutcomePill outcome={before} />,
          after: <OutcomePill outcome={after} />,
          more: reason,
        }))}
      />
      <ChangeTable
        title="Outcomes"
        of="test"
        rows={outcomes.map(({ name, before, after, verdict }) => ({
          name,
          before: describeCounts(before),
          after: describeCounts(after),
          verdict,
        }))}
      />
      <ChangeTable
        title="Interrupts, for each guest or round"
        of="interrupts"
        number
        rows={interrupts.map(({ name, before, after }) => ({
          name,
          before: describeFigure(before),
          after: describeFigure(after),
        }))}
      />
      <ChangeTable
        title="Crashes"
        of="crash"
        rows={[
          ...crashes.gone.map((one) => print(one, 'yes', 'no')),
          ...crashes.appeared.map((one) => print(one, 'no', 'yes')),
        ]}
      />
    </>
  );
}
