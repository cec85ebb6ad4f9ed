export { exitCodeOf, exitCodes, worstExitCode, worstOutcome } from './exit-code.ts';
export { judgeRun, ReportBuilder } from './fold.ts';
export {
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
