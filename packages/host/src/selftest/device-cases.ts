import type { SelfTestCase } from './case.ts';

export const deviceCases: readonly SelfTestCase[] = [];
