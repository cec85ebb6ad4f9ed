import type { Field } from '@coordinator/vfio-user';

/**
 * BAR0 of the SMMU test engine: pairs of 64 KiB pages, first the user frames, then the privileged ones.
 * Source: Arm's public kernel tree (`linux/smmu-test-engine.h`, `drivers/misc/smmu-test-engine.c`).
 *
 *     0x00000  user frames 0..511         (pair 0)
 *     0x10000  privileged frames 0..511
 *     0x20000  user frames 512..1023      (pair 1)
 *     0x30000  privileged frames 512..1023
 */
export const FRAME_BYTES = 128;
export const PAGE_BYTES = 0x10000;
export const PAIR_BYTES = 2 * PAGE_BYTES;
export const PAIR_COUNT = 2;
export const FRAMES_PER_PAGE = PAGE_BYTES / FRAME_BYTES;
export const FRAME_COUNT = PAIR_COUNT * FRAMES_PER_PAGE;
export const FRAMES_BYTES = PAIR_COUNT * PAIR_BYTES;

/**
 * `plain`: stored while the frame is idle; `counter`: the engine's, writes are ignored; `command`: a write
 * launches or halts.
 */
export type FieldAccess = 'plain' | 'counter' | 'command';

export interface RegisterField extends Field {
  readonly access: FieldAccess;
}

const plain = (offset: number, bytes: 4 | 8): RegisterField => ({ offset, bytes, access: 'plain' });
const counter = (offset: number): RegisterField => ({ offset, bytes: 4, access: 'counter' });

/** One user frame: what a transaction is described with. All little-endian. */
export const userFrame = {
  cmd: { offset: 0x00, bytes: 4, access: 'command' },
  uctrl: plain(0x04, 4),
  launched: counter(0x08),
  returned: counter(0x0c),
  msiaddress: plain(0x10, 8),
  msidata: plain(0x18, 4),
  msiattr: plain(0x1c, 4),
  attributes: plain(0x20, 4),
  seed: plain(0x24, 4),
  begin: plain(0x28, 8),
  endIncl: plain(0x30, 8),
  stride: plain(0x38, 8),
  udata0: plain(0x40, 8),
  udata1: plain(0x48, 8),
  udata2: plain(0x50, 8),
  udata3: plain(0x58, 8),
  udata4: plain(0x60, 8),
  udata5: plain(0x68, 8),
  udata6: plain(0x70, 8),
  udata7: plain(0x78, 8),
} as const satisfies Record<string, RegisterField>;

/** One privileged frame; bytes above 0x10 are plain data. */
export const privilegedFrame = {
  pctrl: plain(0x00, 4),
  downstreamPortIndex: plain(0x04, 4),
  streamid: plain(0x08, 4),
  substreamid: plain(0x0c, 4),
} as const satisfies Record<string, RegisterField>;

/** Values of `cmd` that launch a transaction when they are written. */
export const Launch = { MEMCPY: 2, RAND48: 3, SUM64: 4 } as const;
export type LaunchCode = (typeof Launch)[keyof typeof Launch];

const launches: ReadonlySet<number> = new Set(Object.values(Launch));
export const isLaunch = (cmd: number): cmd is LaunchCode => launches.has(cmd);

/** Values of `cmd`; those that launch none are states the engine reports. */
export const Cmd = {
  NO_FRAME: 0,
  HALTED: 1,
  ...Launch,
  FRAME_MISCONFIGURED: 0xfffffffe,
  ERROR: 0xffffffff,
} as const;

/** `uctrl` bit 0: the MSI of the last transaction could not be sent. */
export const UCTRL_MSI_ABORTED = 1;

/** `substreamid` of a frame that uses none. */
export const NO_SUBSTREAM = 0xffffffff;

export type UserField = keyof typeof userFrame;
export type PrivilegedField = keyof typeof privilegedFrame;

/** Offset of user frame `frame` (0..1023) in BAR0. */
export function userFrameOffset(frame: number): number {
  return Math.floor(frame / FRAMES_PER_PAGE) * PAIR_BYTES + (frame % FRAMES_PER_PAGE) * FRAME_BYTES;
}
