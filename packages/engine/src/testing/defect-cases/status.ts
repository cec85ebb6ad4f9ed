import type { statusDefects } from '../../defects/list/status.ts';
import { Cmd } from '../../frame/layout.ts';
import { type DefectCase, defectCase } from '../defect-case.ts';
import { copyAndCheck, sum } from '../guest.ts';
import { type InMemoryEngine, RAM } from '../in-memory-engine.ts';

const { HALTED, ERROR, FRAME_MISCONFIGURED, MEMCPY, SUM64 } = Cmd;

/** In the upper half of the address space, like an address that was inverted: nothing is there. */
const NOWHERE = 0xffff_ffff_bfff_0000n;

/** A fault as the client refuses it: `cmd` and the address it names. */
function fault(engine: InMemoryEngine, begin: bigint, to: bigint): [number, bigint] {
  engine.launch(0, MEMCPY, { begin, to, size: 64n, vector: 0 });
  engine.run();
  for (const request of engine.takeRequests()) engine.device.settle(request, false);
  return [engine.cmd(0), engine.field(0, 'udata2')];
}

function misplacing(address: bigint): DefectCase {
  return defectCase((engine) => fault(engine, RAM, NOWHERE), [ERROR, NOWHERE], [ERROR, address]);
}

/** `cmd` and value of a sum over 20 bytes: no whole number of words. */
function misconfigured(engine: InMemoryEngine): [number, bigint, number[]] {
  engine.ram.fill(1, 0, 24);
  engine.launch(0, SUM64, { begin: RAM, size: 20n, vector: 2 });
  const seen = engine.cmd(0);
  engine.run();
  return [seen === SUM64 ? engine.cmd(0) : seen, engine.field(0, 'udata1'), engine.raised];
}

function results(engine: InMemoryEngine, frames: readonly number[]): number[] {
  return frames.map((frame) => {
    copyAndCheck(engine, { bytes: 64, frame });
    return engine.cmd(frame);
  });
}

export const statusCases: Record<keyof typeof statusDefects, DefectCase> = {
  'fault-address-next-word': misplacing(NOWHERE + 8n),
  'fault-address-next-page': misplacing(NOWHERE + 4096n),
  'fault-address-zero': misplacing(0n),
  'fault-address-other-side': defectCase(
    (engine) => [fault(engine, RAM, NOWHERE), fault(engine, NOWHERE, RAM + 64n)],
    [
      [ERROR, NOWHERE],
      [ERROR, NOWHERE],
    ],
    [
      [ERROR, RAM],
      [ERROR, RAM + 64n],
    ],
  ),
  'fault-as-success': defectCase((engine) => fault(engine, RAM, NOWHERE), [ERROR, NOWHERE], [HALTED, 0n]),
  'success-as-error': defectCase(
    (engine) => [...results(engine, [0]), engine.field(0, 'udata2')],
    [HALTED, 0n],
    [ERROR, RAM + 0x10_0000n],
  ),
  'error-every-fourth': defectCase(
    (engine) => results(engine, [0, 1, 2, 3, 4]),
    [HALTED, HALTED, HALTED, HALTED, HALTED],
    [HALTED, HALTED, HALTED, ERROR, HALTED],
  ),
  'misconfigured-runs': defectCase(
    misconfigured,
    [FRAME_MISCONFIGURED, 0n, []],
    [HALTED, 0x0202020202020202n, [2]],
  ),
  'misconfigured-as-error': defectCase(misconfigured, [FRAME_MISCONFIGURED, 0n, []], [ERROR, 0n, [2]]),
  hang: defectCase(
    (engine) => {
      results(engine, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
      engine.pass(60_000);
      return [6, 7, 8].map((frame) => engine.isBusy(frame));
    },
    [false, false, false],
    [false, true, false],
  ),
  'second-pair-dead': defectCase(
    (engine) => results(engine, [511, 512, 1023]),
    [HALTED, HALTED, HALTED],
    [HALTED, MEMCPY, MEMCPY],
  ),
  'sum64-value-late': defectCase(
    (engine) => {
      const atResult = [sum(engine, 3n, 4n), engine.cmd(0), engine.raised.length];
      engine.pass(50);
      return [atResult, engine.field(0, 'udata1')];
    },
    [[7n, HALTED, 1], 7n],
    [[0n, HALTED, 1], 7n],
  ),
  'memcpy-value': defectCase(
    (engine) => [...results(engine, [0]), engine.field(0, 'udata1')],
    [HALTED, 0n],
    [HALTED, 64n],
  ),
};
