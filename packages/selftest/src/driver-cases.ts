import type { SourceChange } from '@coordinator/image';
import type { Catcher, Group, SelfTestCase } from './case.ts';

const broken = (
  name: string,
  group: Group,
  does: string,
  caughtBy: readonly Catcher[],
  change: Omit<SourceChange, 'name'>,
): SelfTestCase => ({
  name: `driver-${name}`,
  group,
  does: `the driver ${does}`,
  plan: 'default',
  caughtBy,
  broken: { part: 'driver', change },
});

/** Gives the engine something else for what the driver's transaction has; it is written by `write`. */
const forgets = (
  name: string,
  gives: string,
  caughtBy: Catcher,
  write: 'writel' | 'writeq',
  field: string,
  instead: string,
): SelfTestCase =>
  broken(`forgets-the-${name}`, 'data', `gives the engine ${gives}`, [caughtBy], {
    file: 'frame.c',
    find: `${write}_relaxed(${field}, `,
    replace: `${write}_relaxed(${instead}, `,
  });

const FIRST = 'memcpy/0x100';

/** Each changes one passage of the driver's sources; set-up ends when it does not find it. */
export const driverCases: readonly SelfTestCase[] = [
  broken('uses-one-vector', 'interrupts', 'hands every transaction to its first vector', [FIRST], {
    file: 'launch.c',
    find: 'engine->next_vector++ % engine->nr_vectors',
    replace: '0',
  }),
  broken('asks-for-no-interrupt', 'interrupts', 'asks for no interrupt and polls', [FIRST], {
    file: 'frame.c',
    find: 'writeq_relaxed(!t->silent, user + SMMUTE_MSI_ADDRESS)',
    replace: 'writeq_relaxed(0, user + SMMUTE_MSI_ADDRESS)',
  }),
  broken('never-launches', 'status', 'launches nothing and reports success', [FIRST], {
    file: 'frame.c',
    find: 'writel(t->command, user_frame(t) + SMMUTE_CMD)',
    replace: 'writel(SMMUTE_CMD_HALTED, user_frame(t) + SMMUTE_CMD)',
  }),
  broken('hides-errors', 'status', 'reports success whatever the engine says', ['memcpy/0x1000/fault-drv'], {
    file: 'transaction.c',
    find: '\tt->status = status;\n\tt->value = value;',
    replace: '\tt->status = 0;\n\tt->value = status ? 0 : value;',
  }),
  forgets('destination', 'the source for a destination', FIRST, 'writeq', 't->output', 't->begin'),
  forgets('seed', 'no seed', 'rand48/0x1000', 'writel', 't->seed', '0'),
  forgets('stride', 'no stride', 'memcpy/0x8000/stride-64', 'writeq', 't->stride', '1'),
  broken('forgets-the-sum', 'data', 'reports no sum', ['sum64/0x1000'], {
    file: 'transaction.c',
    find: 'smmute_transaction_finish(t, 0, smmute_frame_udata(t, SMMUTE_UDATA_SUM))',
    replace: 'smmute_transaction_finish(t, 0, 0)',
  }),
];
