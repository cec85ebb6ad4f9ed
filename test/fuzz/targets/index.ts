import type { Target } from '../target.ts';
import { consoleLines } from './console.ts';
import { frames } from './frames.ts';
import { interrupts } from './interrupts.ts';
import { ktap } from './ktap.ts';
import { messages } from './messages.ts';
import { plans } from './plans.ts';
import { programOutput } from './program-output.ts';
import { toolOutput } from './tool-output.ts';
import { vfioUser } from './vfio-user.ts';

/** Every place that hostile bytes reach. To add one: a file beside this one, and its name here. */
export const targets: readonly Target[] = [
  frames,
  messages,
  toolOutput,
  programOutput,
  interrupts,
  consoleLines,
  ktap,
  plans,
  vfioUser,
];
