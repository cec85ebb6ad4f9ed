import { describe, expect, it } from 'vitest';
import {
  builtinPlans,
  defaultExerciser,
  defaultPlan,
  exerciserNames,
  PlanError,
  parsePlan,
  planJsonSchema,
} from './index.ts';

const problem = (text: string): string => {
  try {
    parsePlan(text, 'my.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('parsePlan', () => {
  it('reads the built-in plans', () => {
    const plan = parsePlan(builtinPlans.get('default') ?? '', 'default');
    expect(plan.tests.map((test) => test.name)).toEqual([
      'memcpy/0x100',
      'rand48/0x1000',
      'sum64/0x1000',
      'memcpy/0x1000/fault-drv',
      'memcpy/0x201003',
      'memcpy/0x8000/stride-64',
      'rand48/0x3003',
      'sum64/0x21000',
      'p2p/0x8',
      'memcpy/0x1000/depth-16',
      'sum64/0x1000/fault-drv',
      'rand48/0x1000/fault-foreign-write',
      'memcpy/0x1000/fault-substream',
    ]);
    expect(plan).toMatchObject({ interrupts: 'each', iommu: false, excluded: [] });
    expect(plan.tests[0]).toEqual({
      name: 'memcpy/0x100',
      mode: 'memcpy',
      size: 256,
      transactions: 10,
      repetitions: 1,
      offset: 0,
      stride: 1,
      depth: 1,
      seed: null,
      fault: null,
      timeout_ms: 30_000,
    });
    expect(parsePlan(builtinPlans.get('page') ?? '', 'page').tests).toHaveLength(1);
  });

  it('takes sizes and durations as people write them, and keeps names apart', () => {
    const plan = parsePlan(
      'timeout: 1m30s\ntests:\n- {mode: memcpy, size: 64k}\n- {mode: memcpy, size: 0x10000, timeout: 5}\n',
      'p',
    );
    expect(plan.tests.map((step) => [step.name, 'size' in step && step.size, step.timeout_ms])).toEqual([
      ['memcpy/0x10000', 65536, 90_000],
      ['memcpy/0x10000#2', 65536, 5000],
    ]);
  });

  it('says the line and column of what is wrong', () => {
    expect(problem('tests:\n  - mode: memcpy\n    size: huge\n')).toMatch(
      /^my\.yaml:3:11: tests\[0\]\.size: "huge" is not a size/,
    );
    expect(problem('tests:\n  - mode: dance\n')).toBe(
      'my.yaml:2:11: tests[0].mode: must be one of memcpy, rand48, sum64, p2p',
    );
    expect(problem('tests:\n  - mode: memcpy\n    sise: 4\n')).toMatch(
      /^my\.yaml:2:5: tests\[0\]: unknown field "sise"/,
    );
    expect(problem('tests: [\n')).toMatch(/^my\.yaml:2:1: /);
    expect(problem('')).toMatch(/^my\.yaml:1:1: /);
    expect(problem('tests: []')).toMatch(/^my\.yaml:1:8: tests: /);
    expect(problem('a: 1\na: 2\n')).toMatch(/^my\.yaml:2:1: .*unique/);
  });

  it('reads tests of an NVMe function, and none of another exerciser', () => {
    const plan = parsePlan('exerciser: nvme\ntests:\n- {mode: readwrite, size: 1M, offset: 2G}\n', 'p');
    expect(plan).toMatchObject({ exerciser: 'nvme', name: 'p' });
    expect(plan.tests).toEqual([
      {
        name: 'readwrite/0x100000',
        mode: 'readwrite',
        size: 2 ** 20,
        transactions: 1,
        offset: 2 ** 31,
        seed: null,
        timeout_ms: 30_000,
      },
    ]);
    for (const [name, exerciser] of [
      ['nvme', 'nvme'],
      ['default', 'smmute'],
    ] as const)
      expect(parsePlan(builtinPlans.get(name) ?? '', name).exerciser).toBe(exerciser);
    expect(problem('exerciser: nvme\ntests:\n- mode: memcpy\n')).toBe(
      'my.yaml:3:9: tests[0].mode: must be one of readwrite, write, verify',
    );
    expect(problem('exerciser: nvme\ntests:\n- {mode: write, fault: drv}\n')).toMatch(
      /unknown field "fault"/,
    );
    expect(problem('exerciser: nvme\ntests:\n- {mode: write, size: 100}\n')).toMatch(/multiple of 512/);
    expect(problem('exerciser: nvme\ntests:\n- {mode: verify}\n')).toMatch(/:3:10: .*needs the seed/);
    expect(problem('tests:\n- mode: write\n')).toMatch(/must be one of memcpy/);
    expect(problem('exerciser: dma330\ntests:\n- mode: write\n')).toBe(
      `my.yaml:1:12: exerciser: must be one of ${exerciserNames.join(', ')}`,
    );
  });

  it('reads programs beside the tests of any exerciser', () => {
    const { tests } = parsePlan(
      "exerciser: nvme\ntimeout: 5\ntests:\n- { mode: readwrite }\n- { run: './a/my-test.sh --flag', format: ktap, interrupts: at-least 4 }\n- { run: [sh, -c, 'exit 0'], timeout: 1m }\n- run: ./probe\n",
      'p',
    );
    const common = { mode: 'run', seed: null };
    expect(tests.slice(1)).toEqual([
      {
        ...{ ...common, name: 'my-test.sh', command: ['./a/my-test.sh', '--flag'], format: 'ktap' },
        ...{ interrupts: { min: 4, max: null }, timeout_ms: 5000 },
      },
      {
        ...{ ...common, name: 'sh', command: ['sh', '-c', 'exit 0'], format: 'exit' },
        ...{ interrupts: null, timeout_ms: 60_000 },
      },
      expect.objectContaining({ name: 'probe#2' }),
    ]);
  });

  it('reads when interrupts are judged', () => {
    const readings = (value: string) =>
      parsePlan(`interrupts: ${value}\ntests:\n- mode: memcpy\n`, 'p').interrupts;
    expect(['true', 'each', 'run', 'false'].map(readings)).toEqual(['each', 'each', 'run', 'none']);
  });

  it.each([
    ['{ run: "a | b" }', `my.yaml:2:10: tests[0].run: no shell reads this, so that "|" means nothing`],
    ['{ run: "" }', 'tests[0].run: names no program'],
    ['{ run: ./a, size: 4 }', 'tests[0]: unknown field "size"'],
    ['{ run: ./a, mode: memcpy }', 'tests[0]: unknown field "mode"'],
    ['{ run: ./a, format: xml }', 'tests[0].format: must be one of exit, ktap, tap'],
    ['{ run: ./a, interrupts: some }', 'tests[0].interrupts: "some" is no number of interrupts'],
    ['7', 'tests[0]: '],
    ['{ mode: rand48, stride: 8 }', 'tests[0].stride: only memcpy has one'],
    ['{ mode: memcpy, stride: 12 }', 'tests[0].stride: must be 1 or a multiple of 8'],
    ['{ mode: memcpy, stride: 8, offset: 4 }', 'tests[0].stride: needs an offset that is a multiple of 8'],
    ['{ mode: memcpy, depth: 4, fault: drv }', 'tests[0].depth: not with p2p or a fault'],
    ['{ mode: p2p, size: 8, repetitions: 2 }', 'tests[0].repetitions: p2p does each transaction once'],
    ['{ mode: sum64, fault: write }', 'tests[0].fault: write has nothing to act on in mode sum64'],
    ['{ mode: memcpy, fault: stale-read }', 'tests[0].fault: stale-read needs an IOMMU in the guest'],
    ['{ mode: sum64, size: 12 }', 'tests[0].size: sum64 needs an offset and a size that are multiples of 8'],
    ['{ mode: memcpy, check: false }', 'tests[0].check: must be one of true'],
  ])('refuses %s', (test, why) => expect(problem(`tests:\n- ${test}\n`)).toContain(why));

  it('does not let aliases blow up', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
      .split('')
      .map((key, n) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[n]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(problem(bomb)).toMatch(/alias/i);
  });

  it('has a JSON schema, which is published in docs/', async () => {
    expect(planJsonSchema()).toMatchObject({
      oneOf: exerciserNames.map((name) => ({
        type: 'object',
        required: [
          ...(name === defaultExerciser ? [] : ['exerciser']),
          ...(defaultPlan(name) === null ? ['device'] : []),
          'tests',
        ],
        additionalProperties: false,
      })),
    });
    const text = `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
    // `vitest run -u` writes it anew.
    await expect(text).toMatchFileSnapshot('../../../../docs/plan.schema.json');
  });
});
