import { defineConfig } from 'vitest/config';

/** Packages of this workspace are taken from their sources. */
const conditions = ['@coordinator/source', 'module', 'node', 'development|production'];

/** What builds kernels, which takes an hour or two: `npm run test:kernels`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.kernels.ts'],
    maxWorkers: 1,
    testTimeout: 4 * 3600_000,
    hookTimeout: 4 * 3600_000,
  },
});
