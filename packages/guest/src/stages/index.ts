import type { Stage } from './context.ts';
import { interruptsAfter, interruptsBefore } from './interrupts.ts';
import { probe } from './probe.ts';
import { tests } from './tests.ts';

/** Between hello and bye, in order. */
export const stages: readonly Stage[] = [probe, interruptsBefore, tests, interruptsAfter];
