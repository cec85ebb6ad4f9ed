import { exerciserNames, PlanError, parsePlan, promiseOf } from '@coordinator/shared/plan';
import { holds, type Target, textOf, utf8 } from '../target.ts';

const SMMUTE = `name: x
timeout: 30s
interrupts: run
iommu: true
tests:
  - mode: memcpy
    size: 0x100
    transactions: 10
    seed: 1
  - { mode: rand48, size: 4096, offset: 8, stride: 2, depth: 4, fault: drv }
`;
const NVME = 'exerciser: nvme\ntests: [{ mode: write, size: 4096, transactions: 2 }]\n';
const ALIASES = 'a: &a [x, x]\nb: &b [*a, *a]\ntests: [*b, *b]\n';

/** A plan, which somebody else may have written. */
export const plans: Target = {
  name: 'plans',
  maxBytes: 2048,
  words: [
    ...[
      'tests:\n',
      '  - mode: ',
      'memcpy',
      'rand48',
      'sum64',
      'p2p',
      'size: ',
      'transactions: ',
      'repetitions: ',
    ],
    ...[
      'fault: ',
      'exerciser: ',
      'nvme',
      'timeout: ',
      'iommu: true',
      '&a ',
      '*a',
      '<<: ',
      '!!',
      '{',
      '}',
      '[',
      ']',
    ],
    ...['__proto__', '0x1000', '1e999', '.inf', '.nan', '- ', '? ', '|\n', '>-\n', '%YAML 1.1\n---\n'],
  ],
  seeds: [SMMUTE, NVME, ALIASES].map(utf8),
  run: (bytes) => {
    let plan: ReturnType<typeof parsePlan>;
    try {
      plan = parsePlan(textOf(bytes), 'plan.yaml');
    } catch (error) {
      holds(error instanceof PlanError, `another error than PlanError: ${error}`);
      holds(error.message.includes('plan.yaml'), `an error that does not say where: ${error.message}`);
      return;
    }
    holds(plan.tests.length > 0 && plan.tests.length <= 4096, `${plan.tests.length} tests`);
    holds(exerciserNames.includes(plan.exerciser), `an exerciser of no plan: ${plan.exerciser}`);
    const names = plan.tests.map(({ name }) => name);
    holds(new Set(names).size === names.length, `tests of one name: ${names}`);
    for (const step of plan.tests) {
      const { results, interrupts } = promiseOf(step);
      for (const bounds of [results, interrupts ?? results])
        holds(
          bounds.min <= bounds.max && Number.isSafeInteger(bounds.max),
          `promises ${JSON.stringify(bounds)}`,
        );
      holds(results.max > 0, 'a step that promises nothing');
    }
  },
};
