import { Client } from '@coordinator/vfio-user/testing';
import { launchWrites, type Transaction } from './transaction.ts';

/** A client that knows how an engine is driven. */
export class EngineClient extends Client {
  /** Describes a transaction in frame `frame` and launches it. */
  launch(frame: number, cmd: number, at: Transaction): void {
    for (const { offset, count, value } of launchWrites(frame, cmd, at)) {
      if (count === 8) this.write64(0, offset, value);
      else this.write32(0, offset, Number(value));
    }
  }

  /** Waits for the frame to be idle; returns its `cmd`. */
  result(frame: number): number {
    for (let tries = 0; tries < 10_000; tries++) {
      const cmd = this.read32(0, frame * 128);
      if (cmd < 2 || cmd > 4) return cmd;
    }
    throw new Error('frame stays busy');
  }
}
