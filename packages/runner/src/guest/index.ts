export { Guest } from './guest.ts';
export type { GuestHooks, RunningGuest } from './guest-hooks.ts';
export type { GuestSetting } from './guest-setting.ts';
