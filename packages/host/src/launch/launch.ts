/** Entry of the command: `dist/coordinator.js`. */

/** Commands that load most of the program, and are given again and again. */
const COMPILED = ['test', 'stress', 'selftest'];
/** Unless they are to do something else, which needs little of it. */
const ASKING = ['--help', '-h', '--list'];

const [command = '', ...words] = process.argv.slice(2);
if (COMPILED.includes(command) && !words.some((word) => ASKING.includes(word))) {
  const { runCompiled } = await import('./compiled.ts');
  runCompiled();
} else await import('../main.ts');
