export { RelayedGuests } from './relayed-guests.ts';
export { type LabRunOptions, runInLab } from './run-in-lab.ts';
