import { join } from 'node:path';

/** What a lab's machine is connected by: files of a folder. */
export interface LabPlaces {
  /** The folder that the lab sees as /exchange. */
  readonly exchange: string;
  readonly execSocket: string;
  /** How QEMU is told what to do. */
  readonly qmpSocket: string;
}

export function labPlaces(folder: string): LabPlaces {
  return {
    exchange: join(folder, 'exchange'),
    execSocket: join(folder, 'port'),
    qmpSocket: join(folder, 'qmp'),
  };
}
