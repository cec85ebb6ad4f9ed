import { expect, test } from 'vitest';
import { Later } from './later.ts';

test('does what is due, oldest first, once', () => {
  let now = 1000;
  const done: string[] = [];
  const later = new Later(() => now);
  expect(later.deadline).toBeNull();
  later.after(30, () => done.push('third'));
  later.after(10, () => done.push('first'));
  now = 1005;
  later.after(10, () => {
    done.push('second');
    later.after(0, () => done.push('its own'));
  });
  expect(later.deadline).toBe(1010);
  later.run(1009);
  expect(done).toEqual([]);
  now = 1016;
  later.run(now);
  expect(done).toEqual(['first', 'second']);
  expect(later.deadline).toBe(1016);
  later.run(now);
  expect(done).toEqual(['first', 'second', 'its own']);
  later.clear();
  later.run(5000);
  expect(done).toHaveLength(3);
});
