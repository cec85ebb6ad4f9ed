import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Packages of this workspace are taken from their sources. */
const conditions = ['@coordinator/source', 'module', 'node', 'development|production'];
const fromSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Whatever runs in the lab. */
const inLab = ['test/lab.e2e.ts', 'test/passthrough.e2e.ts', 'test/isolation.e2e.ts', 'test/page.e2e.ts'];

/** Files that take minutes though they are small: begun last, they would go on alone. */
const long = ['test/selftest.e2e.ts'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => long.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const endToEnd = (name: string, options: NonNullable<TestProjectInlineConfiguration['test']>) => ({
  ...fromSources,
  test: { ...options, name, testTimeout: 600_000, hookTimeout: 600_000 },
});

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        ...fromSources,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
          globalSetup: 'test/support/quickjs.ts',
          // Each spec leaves what it changes as it was: a process and all its modules for each of them would take three times as long.
          isolate: false,
          maxWorkers: '100%',
          // Properties take a while on a machine that is busy.
          testTimeout: 120_000,
        },
      },
      endToEnd('e2e', {
        include: ['test/**/*.e2e.ts'],
        exclude: inLab,
        // Guests are emulated, and most wait for one processor: two files at once use two, more only make each other slow.
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      }),
      // The lab has two processors itself, and guests in it that live on what is left of one: alone they are quicker.
      endToEnd('lab', { include: inLab, maxWorkers: 1, sequence: { groupOrder: 2 } }),
    ],
  },
});
