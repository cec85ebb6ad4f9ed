import type { MakeDefect } from '../defect.ts';
import type { DefectName } from '../index.ts';
import { interruptHooks } from './interrupts.ts';
import { isolationHooks } from './isolation.ts';
import { lateData } from './late.ts';
import { memcpyHooks } from './memcpy.ts';
import { rand48Hooks } from './rand48.ts';
import { statusHooks } from './status.ts';
import { sum64Hooks } from './sum64.ts';

/** How each defect is made. */
export const hooks: Record<DefectName, MakeDefect> = {
  ...memcpyHooks,
  ...rand48Hooks,
  ...sum64Hooks,
  'data-late': lateData,
  ...statusHooks,
  ...interruptHooks,
  ...isolationHooks,
};
