export { openReporters, type ReporterSettings } from './open-reporters.ts';
export {
  type PlacedReporter,
  parseReporterOption,
  placeReporters,
  type ReporterName,
  type ReporterSpec,
  reporterNames,
} from './option.ts';
export type { ReporterOutput } from './output/output.ts';
export type { Reporter, ReporterContext } from './reporter.ts';
export { type ReporterEntry, type ReporterFailure, ReporterSet } from './reporter-set.ts';
export { cleanLine, cleanText } from './text.ts';
