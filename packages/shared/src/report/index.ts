export { exitCodeOf, exitCodes, worstExitCode, worstOutcome } from './exit-code.ts';
export { judgeRun, ReportBuilder } from './fold.ts';
export { KeptRounds, MAX_KEPT_FAILURES, slotOf } from './kept-rounds.ts';
export {
  type Attempt,
  type ChannelUse,
  channelUses,
  type Device,
  type ErrorKind,
  type GuestResult,
  type InterruptsResult,
  type Outcome,
  outcomes,
  type Report,
  reportSchema,
  type TestResult,
  type Warning,
} from './report.ts';
export {
  type Distribution,
  type FaultKind,
  type FaultTally,
  type FaultVerdict,
  faultKinds,
  type OutcomeCounts,
  type StressPlan,
  type StressResult,
} from './stress.ts';
