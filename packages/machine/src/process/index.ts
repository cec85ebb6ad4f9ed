export { endProcess, waitUntilGone } from './end.ts';
export { findMarkedProcesses, type MarkedProcess } from './find-marked.ts';
export { formatIdentity, isAlive, ownIdentity, type ProcessIdentity } from './identity.ts';
export { markerEnvironment, type ProcessMarker } from './marker.ts';
export { parseIdentity, processIdentitySchema } from './read-identity.ts';
