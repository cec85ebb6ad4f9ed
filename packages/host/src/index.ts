// What programs may use: `import { test, stress } from 'coordinator'`.
export { CoordinatorError } from '@coordinator/base/errors';
export type { RunEvent } from '@coordinator/shared/event';
export { exitCodes, type Report } from '@coordinator/shared/report';
export { type RunHooks, stress, test } from './api.ts';
export type { StressRunOptions, TestOptions } from './session/options.ts';
export type { RunResult } from './session/session.ts';
