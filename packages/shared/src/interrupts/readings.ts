/** `each`: before the first test and after every one; `run`: before the first and after the last; `none`. */
export const interruptReadings = ['each', 'run', 'none'] as const;
/** When a guest reads /proc/interrupts. */
export type InterruptReadings = (typeof interruptReadings)[number];
