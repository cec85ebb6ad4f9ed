import { sum64 } from '../../commands/sum64.ts';
import { Cmd, FRAMES_PER_PAGE } from '../../frame/layout.ts';
import type { Outcome } from '../../function/engine-function.ts';
import type { Defect, MakeDefect } from '../defect.ts';
import type { statusDefects } from '../list/status.ts';
import { lateValue } from './late.ts';
import { reporting } from './steps.ts';
import { readTransfer, type Transfer } from './transfer.ts';

type StatusName = keyof typeof statusDefects;

export const statusHooks: Record<StatusName, MakeDefect> = {
  'fault-address-next-word': () => misplaced((address) => address + 8n),
  'fault-address-next-page': () => misplaced((address) => address + 4096n),
  'fault-address-zero': () => misplaced(() => 0n),
  'fault-address-other-side': () => misplaced(otherSide),
  'fault-as-success': () =>
    reporting((outcome) =>
      outcome.result === Cmd.ERROR ? { ...outcome, result: Cmd.HALTED, faultAddress: null } : outcome,
    ),
  'success-as-error': () => reporting(asError),
  'error-every-fourth': () => {
    let count = 0;
    return reporting((outcome, transfer) => (++count % 4 === 0 ? asError(outcome, transfer) : outcome));
  },
  'misconfigured-runs': () => ({
    decode(frame, next, { frames }) {
      const { cmd, begin, size } = readTransfer(frames, frame);
      if (cmd !== Cmd.SUM64 || size <= 0n) return next(frame);
      return next(frame) ?? sum64(begin & ~7n, size & ~7n);
    },
  }),
  'misconfigured-as-error': () =>
    reporting((outcome, { begin }) =>
      outcome.result === Cmd.FRAME_MISCONFIGURED
        ? { ...outcome, result: Cmd.ERROR, faultAddress: begin, interrupt: true }
        : outcome,
    ),
  hang: () => {
    let count = 0;
    return endless(() => ++count % 8 === 0);
  },
  'second-pair-dead': () => endless(({ frame }) => frame >= FRAMES_PER_PAGE),
  'sum64-value-late': lateValue,
  'memcpy-value': () =>
    reporting((outcome, { cmd, size }) =>
      outcome.result === Cmd.HALTED && cmd === Cmd.MEMCPY ? { ...outcome, value: size } : outcome,
    ),
};

function misplaced(move: (address: bigint, transfer: Transfer) => bigint): Defect {
  return reporting((outcome, transfer) =>
    outcome.faultAddress === null
      ? outcome
      : { ...outcome, faultAddress: BigInt.asUintN(64, move(outcome.faultAddress, transfer)) },
  );
}

function otherSide(address: bigint, { cmd, begin, size, to }: Transfer): bigint {
  if (cmd !== Cmd.MEMCPY) return address;
  return address >= begin && address < begin + size ? to + (address - begin) : begin + (address - to);
}

function asError(outcome: Outcome, { begin }: Transfer): Outcome {
  return outcome.result === Cmd.HALTED
    ? { ...outcome, result: Cmd.ERROR, value: null, faultAddress: begin }
    : outcome;
}

/** Those that `isHit` stay busy for ever. */
function endless(isHit: (outcome: Outcome) => boolean): Defect {
  return {
    complete(outcome, next) {
      if (outcome.result === Cmd.FRAME_MISCONFIGURED || !isHit(outcome)) next(outcome);
    },
  };
}
