import type { DmaTable, InterruptLines, Later, Memory } from '@coordinator/vfio-user';
import type { Command } from '../commands/command.ts';
import type { Frames } from '../frame/frames.ts';
import type { Outcome } from '../function/engine-function.ts';

/** The engine a defect is in. */
export interface Engine {
  readonly frames: Frames;
  /** Memory as the engine reaches it. */
  readonly memory: Memory;
  readonly later: Later;
  /** Raises the interrupt that `frame` is set up for, if any. */
  interrupt(frame: number): void;
}

/**
 * What is broken in one engine: hooks that take the place of a step. Each is given the healthy step as `next`,
 * to take, to change, to put off or to leave out. A defect with a memory keeps it in its closure.
 */
export interface Defect {
  /** What a launched frame describes; null if it is misconfigured. */
  decode?(frame: number, next: (frame: number) => Command | null, engine: Engine): Command | null;
  /** The memory that the command of a frame works on. */
  reach?(frame: number, next: (frame: number) => Memory, engine: Engine): Memory;
  /** Shows how a command ended. */
  complete?(outcome: Outcome, next: (outcome: Outcome) => void, engine: Engine): void;
  /** Where interrupts go. */
  lines?(lines: InterruptLines, later: Later): InterruptLines;
  /** The table of what is mapped. */
  dma?(): DmaTable;
  /** Whether bus mastering counts as on whatever the command register says. */
  readonly alwaysBusMaster?: boolean;
}

/** Makes a defect for one engine. */
export type MakeDefect = () => Defect;
