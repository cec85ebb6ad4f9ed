export { endProcess, waitUntilGone } from './end.ts';
export { formatIdentity, isAlive, ownIdentity, type ProcessIdentity, parseIdentity } from './identity.ts';
export { findMarkedProcesses, type MarkedProcess, markerEnvironment, type ProcessMarker } from './marker.ts';
