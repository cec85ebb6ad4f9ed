import type { GuestResult } from '@coordinator/shared/report';
import { expect } from 'vitest';

/** Expects of a guest that it was told of these tests, in this order, that each passed, and did so many transactions. */
export function expectPassed({ tests }: GuestResult, transactions: Readonly<Record<string, number>>): void {
  expect(tests.map(({ name, outcome, transactions: count }) => [name, outcome, count])).toEqual(
    Object.entries(transactions).map(([name, count]) => [name, 'pass', count]),
  );
}

/** Expects of a guest that it was told of these tests, in this order, with these messages. */
export function expectMessages({ tests }: GuestResult, messages: Readonly<Record<string, unknown>>): void {
  expect(tests.map(({ name, message }) => [name, message])).toEqual(Object.entries(messages));
}
