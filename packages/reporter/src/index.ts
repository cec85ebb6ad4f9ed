export { padColumns } from './facts/columns.ts';
export { cleanLine, cleanText } from './facts/text.ts';
export { type ReporterName, reporterNames } from './formats/formats.ts';
export { openReporters, type ReporterSettings } from './open-reporters.ts';
export {
  type PlacedReporter,
  parseReporterOption,
  placeReporters,
  type ReporterSpec,
} from './option.ts';
export type { ReporterOutput } from './output/output.ts';
export type { Reporter, ReporterContext } from './reporter.ts';
export { type ReporterEntry, type ReporterFailure, ReporterSet } from './reporter-set.ts';
