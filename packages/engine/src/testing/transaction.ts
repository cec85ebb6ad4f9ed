import { type UserField, userFrame, userFrameOffset } from '../frame/layout.ts';

/** What a frame is told. */
export interface Transaction {
  readonly begin: bigint;
  readonly size: bigint;
  readonly to?: bigint;
  readonly stride?: bigint;
  readonly seed?: number;
  /** No interrupt unless given. */
  readonly vector?: number;
}

/** One register write. */
export interface RegisterWrite {
  readonly offset: number;
  readonly count: number;
  readonly value: bigint;
}

/** The writes that describe a transaction in `frame` and, last of all, launch it: a driver's round. */
export function launchWrites(frame: number, cmd: number, at: Transaction): RegisterWrite[] {
  const fields: [UserField, number | bigint][] = [
    ['cmd', 1],
    ['msiaddress', at.vector === undefined ? 0 : 1],
    ['msidata', at.vector ?? 0],
    ['seed', at.seed ?? 0],
    ['begin', at.begin],
    ['endIncl', at.begin + at.size - 1n],
    ['stride', at.stride ?? 1n],
    ['udata0', at.to ?? 0n],
    ['udata1', 0],
    ['udata2', 0],
    ['udata3', 0],
    ['udata4', 0],
    ['udata5', 0],
    ['udata6', 0],
    ['udata7', 0],
    ['cmd', cmd],
  ];
  return fields.map(([field, value]) => ({
    offset: userFrameOffset(frame) + userFrame[field].offset,
    count: userFrame[field].bytes,
    value: BigInt.asUintN(64, BigInt(value)),
  }));
}
