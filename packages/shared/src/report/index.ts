export { exitCodeOf, exitCodes, judgeRun, worstExitCode, worstOutcome } from './exit-code.ts';
export { KeptRounds, MAX_KEPT_FAILURES, slotOf } from './kept-rounds.ts';
export { type FaultKind, faultKinds, type Outcome, outcomes } from './kinds.ts';
export {
  type Attempt,
  type ChannelUse,
  channelUses,
  crashFields,
  type Device,
  deviceSchema,
  type ErrorKind,
  endingFields,
  errorKinds,
  type GuestResult,
  type GuestStart,
  guestStarts,
  type InterruptsResult,
  interruptsSchema,
  type PhaseTime,
  type Report,
  reportSchema,
  runFields,
  type TestResult,
  testResultSchema,
  type Warning,
  warningSchema,
} from './report.ts';
export {
  type CrashTally,
  type Distribution,
  type FaultTally,
  type FaultVerdict,
  faultVerdicts,
  type OutcomeCounts,
  type StressPlan,
  type StressResult,
  stressPlanSchema,
  stressResultSchema,
} from './stress.ts';
