import { iommuKinds } from '@coordinator/lab/iommu';
import { type Command, Option } from 'commander';
import { holds } from '../hold.ts';
import { MAX_GUESTS, testDefaults } from '../session/options.ts';
import { keepRule, repeated, wholeNumber } from './values.ts';

/** Guests of one run on all hosts of a fleet; of one machine, see `checkNoQueue`. */
export const MAX_FLEET_GUESTS = 4096;

/** The options that say which files guests are made of. */
export function addSetUpOptions(command: Command): Command {
  return command
    .addOption(option('--qemu <path>', 'QEMU to use: 10.1 or newer, with vfio-user'))
    .addOption(
      option(
        '--kernel <kernel>',
        'kernel of the guests: an Image, a build tree, an installed root, debian:VERSION, or source:VERSION[+FRAGMENT...], which is built first; repeatable: guests of each',
      ).argParser(repeated),
    )
    .addOption(option('--initrd <file>', 'initial RAM disk of the guests'))
    .addOption(cacheOption());
}

export function cacheOption(): Option {
  return option(
    '--cache <dir>',
    'where built files are kept (default: $XDG_CACHE_HOME/coordinator or ~/.cache/coordinator)',
  );
}

/** @param usual how many without it, for people */
export function jobsOption(usual: string): Option {
  return option('-j, --jobs <n>', `VMMs at once (default: ${usual})`).argParser(wholeNumber(1, MAX_GUESTS));
}

export function holdOption(): Option {
  return option(
    '--hold [when]',
    'keep guests up when their tests are over, each or those that failed, hung or panicked, until coordinator release (default: always)',
  )
    .choices(holds)
    .preset('always');
}

export function runOption(): Option {
  return option('--run <run>', 'the run that it is of, where several have a guest of this name');
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

export function vmlinuxOption(): Option {
  return option(
    '--vmlinux <file>',
    "the guests' kernel as its build leaves it: traces of crashes then name lines of its sources",
  );
}

/** @see parseKeepRule */
export function keepRunsOption(): Option {
  return option(
    '--keep-runs <n|age>',
    'which runs stay: the newest, such as 100, or those of the last 90d',
  ).argParser(keepRule);
}

export function runsOption(): Option {
  return option('--runs <dir>', 'where runs are kept').default(testDefaults.runs);
}

export function option(flags: string, description: string): Option {
  return new Option(flags, description);
}
