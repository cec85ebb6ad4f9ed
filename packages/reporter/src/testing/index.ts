// For specs that look at what a format writes.
export { formats } from '../formats/formats.ts';
export { RecordingOutput, renderWith } from './recording-output.ts';
