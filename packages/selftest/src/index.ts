export { type Group, groups, type SelfTestCase } from './case.ts';
export { cases, casesNamed, changesOf } from './cases.ts';
export { planOf } from './plans.ts';
export { type SelfTestOptions, type SelfTestResult, selfTest } from './self-test.ts';
export type { SelfTestVerdict } from './verdict.ts';
