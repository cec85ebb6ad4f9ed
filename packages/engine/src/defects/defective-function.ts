import type { Command } from '../commands/command.ts';
import type { Memory } from '../commands/memory.ts';
import { EngineFunction, type FunctionParts, type Outcome } from '../pci/engine-function.ts';
import type { Defect, Engine } from './defect.ts';
import type { Later } from './later.ts';

/** An engine with a {@link Defect} in it: each step goes through the hook for it, if there is one. */
export class DefectiveFunction extends EngineFunction {
  readonly #defect: Defect;
  readonly #engine: Engine;

  constructor(parts: FunctionParts, defect: Defect, later: Later) {
    super({ ...parts, lines: defect.lines?.(parts.lines, later) ?? parts.lines });
    this.#defect = defect;
    this.#engine = {
      frames: this.frames,
      memory: this.memory,
      later,
      interrupt: (frame) => {
        if (this.frames.u64(frame, 'msiaddress') !== 0n)
          this.signal(frame, this.frames.u32(frame, 'msidata'));
      },
    };
  }

  /** What a defect put off is forgotten with the commands it was for. */
  override reset(): void {
    super.reset();
    this.#engine.later.clear();
  }

  protected override get busMaster(): boolean {
    return this.#defect.alwaysBusMaster === true || super.busMaster;
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
