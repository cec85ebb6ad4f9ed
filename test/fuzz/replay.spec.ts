import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Corpus } from './corpus.ts';
import { targets } from './targets/index.ts';

const root = join(import.meta.dirname, 'corpus');

describe.each(targets)('$name', (target) => {
  it('holds its properties for what was found to reach something', () => {
    const inputs = [...target.seeds, ...new Corpus(root, target.name).read()];
    expect(inputs.length).toBeGreaterThan(target.seeds.length);
    for (const input of inputs) target.run(input);
  });
});
