import type { GuestResult, TestResult } from '@coordinator/shared/report';

export type KcidbStatus = 'FAIL' | 'ERROR' | 'MISS' | 'PASS' | 'DONE' | 'SKIP';

const testStatuses = { pass: 'PASS', fail: 'FAIL', skip: 'SKIP' } as const;

export function statusOfTest({ outcome }: TestResult): KcidbStatus {
  return testStatuses[outcome];
}

/**
 * A kernel that died or hung is faulty, `FAIL`; a guest that was lost says nothing about its kernel, `ERROR`; and one that
 * never got to run, or that the user ended, is a test that did not take place, `MISS`.
 */
export function statusOfGuest({ outcome, error_kind }: GuestResult): KcidbStatus {
  if (outcome === 'pass') return 'PASS';
  if (outcome !== 'error') return 'FAIL';
  return error_kind === 'lost' ? 'ERROR' : 'MISS';
}

/** A guest whose agent said hello has booted, whatever became of it. */
export function statusOfBoot(guest: GuestResult): KcidbStatus {
  return guest.boot_ms === null ? statusOfGuest(guest) : 'PASS';
}
