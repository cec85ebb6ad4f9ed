import { Migration } from './migration.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';

/** How a QEMU is told what to do: its commands, and saving and restoring its guest. */
export interface QemuControl {
  readonly qmp: QmpClient;
  readonly migration: Migration;
}

/**
 * Connects as soon as QEMU listens on `socket`.
 * @throws what `signal` aborts with; Error when QEMU goes first.
 */
export async function connectControl(
  socket: string,
  signal: AbortSignal,
  onEvent: (event: QmpEvent) => void = () => {},
): Promise<QemuControl> {
  let tell = (_: QmpEvent): void => {};
  const qmp = await QmpClient.connect(
    socket,
    (event) => {
      onEvent(event);
      tell(event);
    },
    signal,
  );
  const migration = new Migration(qmp);
  tell = migration.onEvent;
  return { qmp, migration };
}
