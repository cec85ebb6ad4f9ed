export { type Demand, roomFor, whyNot } from './demand.ts';
export { type HostState, HostWatch } from './host-watch.ts';
export { type HostRoom, type Placed, place, type WaitingGuest } from './place.ts';
export { hostsLeftToOthers } from './yielding.ts';
