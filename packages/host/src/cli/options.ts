import { iommuKinds } from '@coordinator/lab/iommu';
import { exerciserNames } from '@coordinator/shared/plan';
import { type Command, Option } from 'commander';
import { anyExerciser } from '../exerciser/index.ts';
import { MAX_GUESTS, testDefaults } from '../session/options.ts';
import { repeated, wholeNumber } from './values.ts';

/** Guests of one run on all hosts of a fleet; of one machine, see `checkNoQueue`. */
export const MAX_FLEET_GUESTS = 4096;

/** The options that say which files guests are made of. */
export function addSetUpOptions(command: Command): Command {
  return command
    .addOption(option('--qemu <path>', 'QEMU to use: 10.1 or newer, with vfio-user'))
    .addOption(
      option(
        '--kernel <kernel>',
        'kernel of the guests: an Image, a build tree, an installed root, or debian:VERSION; repeatable: guests of each',
      ).argParser(repeated),
    )
    .addOption(option('--initrd <file>', 'initial RAM disk of the guests'))
    .addOption(
      option(
        '--cache <dir>',
        'where built files are kept (default: $XDG_CACHE_HOME/coordinator or ~/.cache/coordinator)',
      ),
    );
}

export function exerciserOption(): Option {
  return option('--exerciser <name>', `what moves the data: ${anyExerciser('phrase')}`).choices(
    exerciserNames,
  );
}

/** @param usual how many without it, for people */
export function jobsOption(usual: string): Option {
  return option('-j, --jobs <n>', `VMMs at once (default: ${usual})`).argParser(wholeNumber(1, MAX_GUESTS));
}

/** Where the queue of a fleet is. */
export function addQueueOptions(command: Command): Command {
  return command
    .addOption(
      option(
        '--queue <url>',
        "use the hosts of a fleet: redis://HOST, rediss://HOST for TLS, or local for this machine's (password: $COORDINATOR_QUEUE_PASSWORD)",
      ),
    )
    .addOption(option('--key <file>', 'with --queue: the key of the fleet; also $COORDINATOR_FLEET_KEY'));
}

export function iommuOption(): Option {
  return option('--iommu <kind>', "what stands between the lab's devices and its memory").choices(iommuKinds);
}

export function runsOption(): Option {
  return option('--runs <dir>', 'where runs are kept').default(testDefaults.runs);
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description);
}
