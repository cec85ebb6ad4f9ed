import type { Defect } from '../defect.ts';
import { poke } from './bytes.ts';

/** How long what was promised takes to arrive, in milliseconds: longer than a guest takes to look. */
const LATE_MS = 50;

/** Most bytes kept back for one command. */
const MAX_KEPT_BYTES = 16 << 20;

interface Piece {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** What a command writes is kept back until some time after its end. */
export function lateData(): Defect {
  const kept = new Map<number, Piece[]>();
  return {
    decode(frame, next) {
      const command = next(frame);
      if (command === null || command.destination === null) return command;
      const { destination } = command;
      const pieces: Piece[] = [];
      let bytesKept = 0;
      kept.set(frame, pieces);
      return {
        ...command,
        process(source, target, offset) {
          if (bytesKept > MAX_KEPT_BYTES) return command.process(source, target, offset);
          const bytes = target.slice();
          const end = command.process(source, bytes, offset);
          pieces.push({ address: destination + offset, bytes });
          bytesKept += bytes.length;
          return end;
        },
      };
    },
    complete(outcome, next, { later, memory }) {
      next(outcome);
      const pieces = kept.get(outcome.frame) ?? [];
      kept.delete(outcome.frame);
      later.after(LATE_MS, () => {
        for (const { address, bytes } of pieces) poke(memory, address, bytes);
      });
    },
  };
}

/** A sum is written down some time after its result shows. */
export function lateValue(): Defect {
  return {
    complete(outcome, next, { later, frames }) {
      const { frame, value } = outcome;
      next({ ...outcome, value: null });
      if (value !== null) later.after(LATE_MS, () => frames.setU64(frame, 'udata1', value));
    },
  };
}
