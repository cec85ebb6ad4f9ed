export { type Exerciser, findExercisers } from './sysfs.ts';
