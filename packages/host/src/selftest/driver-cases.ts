import type { SelfTestCase } from './case.ts';

/** Filled in as the driver is: each names a passage of its sources. */
export const driverCases: readonly SelfTestCase[] = [];
