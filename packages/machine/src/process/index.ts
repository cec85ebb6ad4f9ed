export { endProcess, waitUntilGone } from './end.ts';
export {
  formatIdentity,
  isAlive,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
  processIdentitySchema,
} from './identity.ts';
export { findMarkedProcesses, type MarkedProcess, markerEnvironment, type ProcessMarker } from './marker.ts';
