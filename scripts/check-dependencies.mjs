// Enforces the architecture: which package may use which, that packages and folders are entered by their door, that
// what is imported is declared, and that no folders depend on each other in a circle. See CONTRIBUTING.md.
// `node scripts/check-dependencies.mjs [FOLDER]` checks another checkout.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkDependencies } from './dependencies.mjs';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const problems = checkDependencies(root);
if (problems.length > 0) {
  console.error(problems.map((problem) => `dependencies: ${problem}`).join('\n'));
  process.exit(1);
}
