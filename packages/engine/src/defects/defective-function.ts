import type { Departures, DevicePort, FunctionModel, Memory } from '@coordinator/vfio-user';
import type { Command } from '../commands/command.ts';
import { EngineFunction, type Outcome } from '../function/engine-function.ts';
import type { Defect, Engine } from './defect.ts';

/** An engine with a {@link Defect} in it: each step goes through the hook for it, if there is one. */
export class DefectiveFunction extends EngineFunction {
  readonly departures: Departures;
  readonly #defect: Defect;
  readonly #engine: Engine;

  constructor(model: FunctionModel, port: DevicePort, defect: Defect) {
    super(model, port);
    this.#defect = defect;
    const { dma, alwaysBusMaster = false } = defect;
    this.departures = {
      ...(dma !== undefined && { dma: dma() }),
      lines: (lines) => defect.lines?.(lines, port.later) ?? lines,
      alwaysBusMaster,
    };
    this.#engine = {
      frames: this.frames,
      memory: port.dma,
      later: port.later,
      interrupt: (frame) => {
        if (this.frames.u64(frame, 'msiaddress') !== 0n)
          this.signal(frame, this.frames.u32(frame, 'msidata'));
      },
    };
  }

  protected override decode(frame: number): Command | null {
    const next = (which: number) => super.decode(which);
    return this.#defect.decode === undefined ? next(frame) : this.#defect.decode(frame, next, this.#engine);
  }

  protected override reach(frame: number): Memory {
    const next = (which: number) => super.reach(which);
    return this.#defect.reach === undefined ? next(frame) : this.#defect.reach(frame, next, this.#engine);
  }

  protected override complete(outcome: Outcome): void {
    const next = (changed: Outcome) => super.complete(changed);
    if (this.#defect.complete === undefined) next(outcome);
    else this.#defect.complete(outcome, next, this.#engine);
  }
}
