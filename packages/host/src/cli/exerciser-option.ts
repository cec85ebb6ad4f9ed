import { anyExerciser } from '@coordinator/runner/exerciser';
import { exerciserNames } from '@coordinator/shared/plan';
import type { Option } from 'commander';
import { option } from './options.ts';

/** Apart from the others: what exercisers are brings all that guests of them need, and few commands have any. */
export function exerciserOption(): Option {
  return option('--exerciser <name>', `what moves the data: ${anyExerciser('phrase')}`).choices(
    exerciserNames,
  );
}
