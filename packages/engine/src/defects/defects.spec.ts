import { describe, expect, test } from 'vitest';
import type { DefectCase } from '../testing/defect-case.ts';
import { dataCases } from '../testing/defect-cases/data.ts';
import { interruptCases } from '../testing/defect-cases/interrupts.ts';
import { isolationCases } from '../testing/defect-cases/isolation.ts';
import { statusCases } from '../testing/defect-cases/status.ts';
import { copyAndCheck, fill, sum } from '../testing/guest.ts';
import { InMemoryEngine, RAM } from '../testing/in-memory-engine.ts';
import { defects } from './index.ts';

const BYTES = 6 << 20;

/** More than any buffer: what a guest with all of its memory in one window has. */
const GUEST_BYTES = 65 << 20;

/** Memory as a guest without IOMMU has it, and as one whose IOMMU maps page by page. */
const MAPPINGS: Record<string, (engine: InMemoryEngine) => void> = {
  'in one window': (engine) => engine.map(RAM, BYTES, 0),
  'page by page': (engine) => {
    for (let at = 0; at < BYTES; at += 4096) engine.map(RAM + BigInt(at), 4096, at);
  },
};

const mapped: Record<string, DefectCase> = { ...dataCases, ...statusCases, ...interruptCases };

test('the list names each defect once, says what it does, and each has a case', () => {
  const names = defects.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(36);
  for (const { name, does } of defects) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(does).toMatch(/^[A-Z0-9].*\.$/);
  }
  expect(Object.keys({ ...mapped, ...isolationCases }).sort()).toEqual(names.toSorted());
});

describe.each(Object.entries(MAPPINGS))('%s', (_where, map) => {
  const listed = defects.filter(({ group }) => group !== 'isolation');
  test.each(listed.map(({ name, does }) => [name, does] as const))('%s: %s', (name) => {
    const { see, healthy, broken } = mapped[name] as DefectCase;
    for (const [defect, expected] of [
      [undefined, healthy],
      [name, broken],
    ] as const) {
      const engine = new InMemoryEngine(BYTES, defect);
      map(engine);
      expect(see(engine)).toEqual(expected);
    }
  });
});

const isolation = defects.filter(({ group }) => group === 'isolation');
test.each(isolation.map(({ name, does }) => [name, does] as const))('%s: %s', (name) => {
  const { see, healthy, broken } = (isolationCases as Record<string, DefectCase>)[name] as DefectCase;
  expect(see(new InMemoryEngine(GUEST_BYTES))).toEqual(healthy);
  expect(see(new InMemoryEngine(GUEST_BYTES, name))).toEqual(broken);
});

test('what a defect put off does not happen any more after a reset', () => {
  const engine = new InMemoryEngine(BYTES, 'msi-late');
  engine.map(RAM, BYTES, 0);
  sum(engine, 1n);
  engine.device.reset();
  engine.pass(10_000);
  expect(engine.raised).toEqual([]);
});

test('isolation defects leave what is allowed alone', () => {
  for (const { name } of isolation) {
    const engine = new InMemoryEngine(BYTES, name);
    engine.map(RAM, BYTES, 0);
    expect([name, copyAndCheck(engine, { bytes: 10_000 }), sum(engine, 2n, 3n)]).toEqual([name, [], 5n]);
    expect(fill(engine, 8, 0).toString('hex')).toBe('6e0ad069ba480bea');
    expect(engine.raised).toHaveLength(3);
  }
});
