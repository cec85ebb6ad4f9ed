import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Corpus } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { type Finding, Fuzzer } from './fuzzer.ts';
import type { Target } from './target.ts';

// `npm run fuzz -- [--target NAME]... [--seconds N] [--seed N] [--keep]`: looks for bytes that break what must hold of
// any. What is found is put among the corpus, where the unit tests fail for it until it is mended.

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    keep: { type: 'boolean', default: false },
  },
});

const folder = new URL('.', import.meta.url).href;
const coverage = new Coverage((url) => url.startsWith(folder) && url !== import.meta.url);
// A file of its own beside this one once bundled: what is in it, and only that, counts as covered.
const { targets } = await import('./targets/index.ts');
const chosen = targets.filter(({ name }) => values.target.length === 0 || values.target.includes(name));
const unknown = values.target.filter((name) => !targets.some((one) => one.name === name));
const seconds = Number(values.seconds);
const seed = Number(values.seed);
if (unknown.length > 0 || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error(
    `fuzz: --target is one of ${targets.map(({ name }) => name).join(', ')}; --seconds and --seed numbers`,
  );
  process.exit(2);
}
const root = join(process.cwd(), 'test/fuzz/corpus');
process.exitCode = chosen.filter((target) => !isWhole(target)).length === 0 ? 0 : 1;
coverage.close();

/** Fuzzes one target for its time. @returns whether nothing was found. */
function isWhole(target: Target): boolean {
  coverage.forget();
  const corpus = new Corpus(root, target.name);
  const fuzzer = new Fuzzer(target, coverage, seed);
  const end = performance.now() + seconds * 1000;
  let finding = fuzzer.begin([...corpus.read(), ...target.seeds]);
  while (finding === null && performance.now() < end) finding = fuzzer.step();
  const { functions, missed } = coverage;
  console.log(
    `${target.name}: ${fuzzer.runs} inputs, ${fuzzer.corpus.length} of them reach something each: ` +
      `${functions} functions, all but ${missed} parts of them (seed ${seed})`,
  );
  if (finding) tell(finding, corpus);
  else if (values.keep) corpus.replace(fuzzer.corpus);
  return finding === null;
}

function tell({ input, reason }: Finding, corpus: Corpus): void {
  console.log(
    `FOUND, kept as ${corpus.addFinding(input)}:\n${JSON.stringify(Buffer.from(input).toString('latin1'))}\n${reason}`,
  );
}
