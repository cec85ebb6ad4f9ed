import type { HoldWhen } from '@coordinator/life';

/** Which guests stay for people when their tests are over: each of them, or those with which something is wrong. */
export const holds = ['always', 'failed'] as const satisfies readonly HoldWhen[];
