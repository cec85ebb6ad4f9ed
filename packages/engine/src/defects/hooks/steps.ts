import type { Memory } from '@coordinator/vfio-user';
import type { Command } from '../../commands/command.ts';
import { Cmd } from '../../frame/layout.ts';
import type { Outcome } from '../../function/engine-function.ts';
import type { Defect } from '../defect.ts';
import { readTransfer, type Transfer } from './transfer.ts';

// The usual shapes of a defect.

/** Another command in place of each well-formed `cmd`. */
export function instead(cmd: number, change: (command: Command, transfer: Transfer) => Command): Defect {
  return {
    decode(frame, next, { frames }) {
      const command = next(frame);
      const transfer = readTransfer(frames, frame);
      return command === null || transfer.cmd !== cmd ? command : change(command, transfer);
    },
  };
}

/** Something done to memory when a `cmd` has ended well, before that shows. */
export function afterwards(cmd: number, spoil: (transfer: Transfer, memory: Memory) => void): Defect {
  return {
    complete(outcome, next, { frames, memory }) {
      const transfer = readTransfer(frames, outcome.frame);
      if (outcome.result === Cmd.HALTED && transfer.cmd === cmd) spoil(transfer, memory);
      next(outcome);
    },
  };
}

/** Something else reported than what came out. */
export function reporting(change: (outcome: Outcome, transfer: Transfer) => Outcome): Defect {
  return {
    complete: (outcome, next, { frames }) => next(change(outcome, readTransfer(frames, outcome.frame))),
  };
}

/** The command with only the first `limit` bytes of its region written. */
export function upTo(command: Command, limit: bigint): Command {
  return {
    ...command,
    process(source, destination, offset) {
      const output = destination.slice();
      const end = command.process(source, output, offset);
      const left = limit > offset ? limit - offset : 0n;
      const length = left < BigInt(output.length) ? Number(left) : output.length;
      destination.set(output.subarray(0, length));
      return end;
    },
  };
}
