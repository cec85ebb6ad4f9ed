export { type ExerciserFunction, findExercisers } from '../exerciser/find.ts';
export { functionsInTheWay, VFIO_DRIVER, whyNotAssignable } from './assignable.ts';
export { giveBack, type Taker, take } from './binding.ts';
export { BindingJournal, type BindingRecord } from './journal.ts';
export { type Bdf, isBdf, normalizeBdf, type PciFunction, PciSysfs } from './sysfs.ts';
