import { join } from 'node:path';
import { serveAudience } from './audience.ts';
import { LEAST_PAIRS, measurePage } from './measure.ts';
import { AUDIENCE } from './watched-run.ts';

// `npm run bench -- page [PAIRS]`: what it costs a run that 50 clients look at it.

const [word, count] = process.argv.slice(2);
if (word === AUDIENCE) serveAudience(Number(count));
else {
  const pairs = Math.max(LEAST_PAIRS, Number(word ?? LEAST_PAIRS));
  await measurePage(join(process.cwd(), 'packages/host/bin/coordinator.js'), pairs);
}
