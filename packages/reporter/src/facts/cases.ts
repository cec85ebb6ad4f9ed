import type { GuestResult, Report, TestResult } from '@coordinator/shared/report';
import { guestProblem } from './guest.ts';
import { describeStress } from './stress.ts';

/** One result of a run, for formats that are lists of them. */
export type RunCase =
  | { readonly kind: 'test'; readonly guest: GuestResult; readonly test: TestResult; readonly ok: boolean }
  /** How a guest itself fared. */
  | { readonly kind: 'guest'; readonly guest: GuestResult; readonly ok: boolean }
  /** What stopped the run as a whole. */
  | { readonly kind: 'run'; readonly reason: string; readonly ok: false }
  /** All rounds of a stress run together: those that are not kept have no other place. */
  | { readonly kind: 'rounds'; readonly reason: string; readonly ok: boolean };

/** All results of a run: those of each guest's tests, that of the guest, and what is of no guest. */
export function casesOf(report: Report): RunCase[] {
  const { guests, reason, stress } = report;
  return [
    ...guests.flatMap((guest): RunCase[] => [
      ...guest.tests.map((test) => ({ kind: 'test', guest, test, ok: test.outcome !== 'fail' }) as const),
      { kind: 'guest', guest, ok: guestProblem(guest) === null },
    ]),
    ...(reason === null ? [] : [{ kind: 'run', reason, ok: false } as const]),
    ...(stress
      ? [{ kind: 'rounds', reason: describeStress(report) ?? '', ok: stress.failures === 0 } as const]
      : []),
  ];
}
