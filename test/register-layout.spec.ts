import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  Cmd,
  FRAME_BYTES,
  FRAMES_PER_PAGE,
  PAGE_BYTES,
  PAIR_BYTES,
  privilegedFrame,
  userFrame,
} from '../packages/engine/src/frame/layout.ts';
import { nativeSources } from './support/native.ts';

/** The driver's own copy of what the device declares; a driver cannot include TypeScript. */
const header = readFileSync(join(nativeSources, 'exerciser/smmute/module/frame.h'), 'utf8');

function constant(name: string): number {
  const text = new RegExp(`^#define ${name}\\s+(SZ_(\\d+)(K?)|0x[0-9a-f]+|\\d+)`, 'm').exec(header);
  if (!text) throw new Error(`frame.h has no ${name}`);
  const [, whole = '', size, kilo] = text;
  return size === undefined ? Number(whole) : Number(size) * (kilo ? 1024 : 1);
}

/** Registers that the driver uses, by the names of both. */
const user = {
  CMD: 'cmd',
  UCTRL: 'uctrl',
  LAUNCHED: 'launched',
  MSI_ADDRESS: 'msiaddress',
  MSI_DATA: 'msidata',
  MSI_ATTR: 'msiattr',
  ATTRIBUTES: 'attributes',
  SEED: 'seed',
  BEGIN: 'begin',
  END_INCL: 'endIncl',
  STRIDE: 'stride',
} as const;
const privileged = {
  PCTRL: 'pctrl',
  PORT: 'downstreamPortIndex',
  STREAMID: 'streamid',
  SUBSTREAMID: 'substreamid',
} as const;

it('is the same in the driver as in the device', () => {
  for (const [name, field] of Object.entries(user))
    expect(constant(`SMMUTE_${name}`), name).toBe(userFrame[field].offset);
  for (const [name, field] of Object.entries(privileged))
    expect(constant(`SMMUTE_${name}`), name).toBe(privilegedFrame[field].offset);
  expect(/SMMUTE_UDATA\(n\)\s+\(0x40 \+ 8 \* \(n\)\)/.test(header)).toBe(true);
  expect([userFrame.udata0.offset, userFrame.udata7.offset]).toEqual([0x40, 0x40 + 8 * 7]);
});

it('has the same sizes, and the same words for what is done', () => {
  expect(constant('SMMUTE_PAIR_SIZE')).toBe(PAIR_BYTES);
  expect(constant('SMMUTE_PRIV_OFFSET')).toBe(PAGE_BYTES);
  expect(constant('SMMUTE_FRAME_SIZE')).toBe(FRAME_BYTES);
  expect(constant('SMMUTE_PRIV_OFFSET') / constant('SMMUTE_FRAME_SIZE')).toBe(FRAMES_PER_PAGE);
  for (const name of ['HALTED', 'MEMCPY', 'RAND48', 'SUM64', 'ERROR'] as const)
    expect(constant(`SMMUTE_CMD_${name}`), name).toBe(Cmd[name]);
  expect(constant('SMMUTE_CMD_MISCONFIGURED')).toBe(Cmd.FRAME_MISCONFIGURED);
});

it('leaves no register of the driver out', () => {
  const known = new Set([...Object.keys(user), ...Object.keys(privileged)].map((name) => `SMMUTE_${name}`));
  const registers = [...header.matchAll(/^#define (SMMUTE_[A-Z_]+)\s+0x[0-9a-f]{2}\s*(?:\/\*.*)?$/gm)].map(
    ([, name]) => name,
  );
  expect(registers.length).toBeGreaterThan(10);
  for (const name of registers) expect(known).toContain(name);
});
