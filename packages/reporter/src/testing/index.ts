// For the specs of whatever shows or keeps a run: one to show, and an output to look at.
export { formats } from '../formats/formats.ts';
export { RecordingOutput, renderWith } from './recording-output.ts';
export { foldEvents, sampleEvents, sampleReport } from './sample-run.ts';
