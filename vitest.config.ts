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
          testTimeout: 30_000,
        },
      },
      {
        ...fromSources,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.ts'],
          // Guests are emulated: two files at once would only make each other slow.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
