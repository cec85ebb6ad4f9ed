import { defineConfig } from 'vitest/config';

/** Packages of this workspace are taken from their sources. */
const conditions = ['@coordinator/source', 'module', 'node', 'development|production'];
const fromSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    projects: [
      {
        ...fromSources,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
          globalSetup: 'test/support/quickjs.ts',
          // Properties take a while on a machine that is busy.
          testTimeout: 120_000,
        },
      },
      {
        ...fromSources,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.ts'],
          // Guests are emulated, and most wait for one processor: two files at once use two, more only make each other slow.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
