/** Entry of the command: `dist/coordinator.js`. */
import { isInLab } from '../in-lab.ts';

/** Commands that load most of the program, and are given again and again. */
const COMPILED = ['test', 'stress', 'selftest'];
/** Unless they are to do something else, which needs little of it. */
const ASKING = ['--help', '-h', '--list'];

const [command = '', ...words] = process.argv.slice(2);
const runsGuests = COMPILED.includes(command) && !words.some((word) => ASKING.includes(word));
/** What it leaves behind is there whenever the lab is restored. */
const warmsUp = command === 'lab' && words[0] === 'warm';

let isRunning = false;
if (runsGuests || warmsUp) {
  const { runCompiled } = await import('./compiled.ts');
  // There, compiling all of it takes seconds, and a lab that was not restored keeps nothing.
  isRunning = runCompiled({ onlyIfKept: runsGuests && isInLab() });
}
if (!isRunning) await import('../main.ts');
