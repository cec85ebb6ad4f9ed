import type { InterruptsResult } from '@coordinator/shared/report';
import { HeatTable } from './heat-table.tsx';

/** How often each vector was served on each CPU during the tests. */
export function Interrupts({ interrupts: { cpus, rows, device_total } }: { interrupts: InterruptsResult }) {
  return (
    <>
      <h3>Interrupts</h3>
      <HeatTable
        label={`${device_total} interrupts by vector and CPU`}
        columns={cpus.map((cpu) => `CPU ${cpu}`)}
        rows={rows.map(({ irq, chip, delta }, vector) => ({
          name: `${vector}`,
          detail: `irq ${irq}  ${chip}`,
          counts: delta,
        }))}
      />
    </>
  );
}
