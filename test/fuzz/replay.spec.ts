import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Corpus } from './corpus.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { targets } from './targets/index.ts';

const root = join(import.meta.dirname, 'corpus');
/** Enough to notice a property that a change has lost; looking for new ways to break it is what `npm run fuzz` does. */
const INPUTS = 200;

describe.each(targets)('$name', (target) => {
  const known = [...target.seeds, ...new Corpus(root, target.name).read()];

  it('holds its properties for what was found to reach something', () => {
    expect(known.length).toBeGreaterThan(target.seeds.length);
    for (const input of known) target.run(input);
  });

  it('holds them for inputs beside these', () => {
    const random = new Random(1);
    const { words, maxBytes } = target;
    for (let left = INPUTS; left > 0; left--)
      target.run(mutate(random.of(known), { random, words, other: random.of(known), maxBytes }));
  });
});
