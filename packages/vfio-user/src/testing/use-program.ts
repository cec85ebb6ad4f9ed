import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { buildProgram } from './build-program.ts';

/** A program for the tests of a spec, as {@link buildProgram} makes it; gone when they have ended. */
export function useProgram(source: URL, name: string): { readonly path: string } {
  const program = { path: '' };
  beforeAll(async () => {
    program.path = await buildProgram(source, `${name}-${process.pid}`);
  });
  afterAll(() => rmSync(program.path, { force: true }));
  return program;
}
