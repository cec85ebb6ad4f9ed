import { join } from 'node:path';
import { LEAST_PAIRS, measurePage } from './measure.ts';

// `npm run bench -- page [PAIRS]`: what it costs a run that 50 clients look at it.

const pairs = Math.max(LEAST_PAIRS, Number(process.argv[2] ?? LEAST_PAIRS));
await measurePage(join(process.cwd(), 'packages/host/bin/coordinator.js'), pairs);
