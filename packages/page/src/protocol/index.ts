export {
  type Frame,
  type FrameOf,
  frameSchema,
  type RunState,
  type RunSummary,
  runStates,
  runSummarySchema,
} from './frames.ts';
export { EVENTS_PATH, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from './names.ts';
export { MAX_REQUEST_BYTES, type Request, requestSchema, type SentRequest } from './requests.ts';
