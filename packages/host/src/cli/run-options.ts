import { reporterNames } from '@coordinator/reporter/formats';
import { exercisers } from '@coordinator/runner/exerciser';
import { MAX_SEED, variations } from '@coordinator/runner/variation';
import { builtinPlans, stepLimits } from '@coordinator/shared/plan';
import { vmmNames } from '@coordinator/shared/vmm';
import type { Command } from 'commander';
import { testDefaults } from '../session/options.ts';
import { exerciserOption } from './exerciser-option.ts';
import { addLoginOptions } from './login-options.ts';
import {
  addQueueOptions,
  addSetUpOptions,
  iommuOption,
  keepRunsOption,
  MAX_FLEET_GUESTS,
  option,
  runsOption,
  vmlinuxOption,
} from './options.ts';
import { duration, mebibytes, repeated, wholeNumber } from './values.ts';

/** What holds data that tests destroy. */
const precious = Object.values(exercisers)
  .filter(({ losesData }) => losesData === 'all')
  .map(({ plural }) => plural)
  .join(' and ');

/** The options of every command that runs guests. */
export function addRunOptions(command: Command): Command {
  return addQueueOptions(addLoginOptions(addSetUpOptions(command)))
    .addOption(
      option('--on <label>', 'with --queue: only hosts that have this label; repeatable').argParser(repeated),
    )
    .addOption(
      option(
        '--lost-after <duration>',
        'with --queue: a host that is silent for so long is lost (default: 30s)',
      ).argParser(duration),
    )
    .addOption(
      option('-g, --guests <n>', 'guests to run at once')
        .default(testDefaults.guests)
        .argParser(wholeNumber(1, MAX_FLEET_GUESTS)),
    )
    .addOption(
      option('--platform <name>', 'where guests run')
        .choices(['auto', 'virtual', 'host', 'lab'])
        .default(testDefaults.platform),
    )
    .addOption(iommuOption())
    .addOption(option('--vmm <name>', 'virtual machine monitor').choices(vmmNames).default(testDefaults.vmm))
    .addOption(option('--lkvm <path>', 'kvmtool to use; also $COORDINATOR_LKVM'))
    .addOption(
      option(
        '--device <bdf>',
        'a function guests may get; repeatable (default: all that are free)',
      ).argParser(repeated),
    )
    .addOption(
      option('--channel <name>', 'how guests report')
        .choices(['file', 'vsock'])
        .default(testDefaults.channel),
    )
    .addOption(
      option(
        '--start <how>',
        'boot every guest, or restore it from one that was saved (default: snapshot, where that can be done)',
      ).choices(['cold', 'snapshot']),
    )
    .addOption(
      option(
        '-p, --plan <name|file>',
        `what each guest runs: ${[...builtinPlans.keys()].join(', ')}, or a YAML file (default: as the exerciser)`,
      ),
    )
    .addOption(exerciserOption())
    .addOption(
      option(
        '--only <pattern>',
        "run the plan's tests of this name alone, * for anything; repeatable",
      ).argParser(repeated),
    )
    .addOption(
      option('--repeat <n>', 'go through the tests so many times in each guest').argParser(
        wholeNumber(1, stepLimits.tests),
      ),
    )
    .addOption(option('--list', 'show the tests that would run, and run none'))
    .addOption(
      option('--destroy-data', `${precious} of this machine may lose what they hold`).default(
        testDefaults.destroyData,
      ),
    )
    .addOption(option('--share <dir>', 'a guest kit of your own instead of the built one'))
    .addOption(
      option(
        '--files <dir>',
        "a folder that guests see, read-only: where the plan's tests that are programs of yours find them",
      ),
    )
    .addOption(
      option('-m, --memory <size>', 'memory of a guest, MiB')
        .default(testDefaults.memory)
        .argParser(mebibytes(128, 65_536)),
    )
    .addOption(
      option('-c, --cpus <n>', 'CPUs of a guest').default(testDefaults.cpus).argParser(wholeNumber(1, 64)),
    )
    .addOption(
      option(
        '--append <argument>',
        "one more argument for the guests' kernel, such as loglevel=7; repeatable",
      ).argParser(repeated),
    )
    .addOption(option('--cpu <model>', "CPU of the guests and its features, as QEMU's -cpu takes them"))
    .addOption(option('--machine <options>', "options of the guests' board, as QEMU's -machine takes them"))
    .addOption(
      option(
        '--vmm-arg <word>',
        'one more word for the command line of the VMM, such as --realm for kvmtool; repeatable; guests boot then',
      ).argParser(repeated),
    )
    .addOption(
      option(
        '--gdb',
        "give each guest QEMU's gdbstub and say how to attach; it boots, with nokaslr, and no limit runs",
      ),
    )
    .addOption(option('--gdb-halt', 'the same, and its CPUs wait for gdb before their first instruction'))
    .addOption(
      option('--timeout <duration>', 'limit of a whole guest')
        .default(testDefaults.timeout, '5m')
        .argParser(duration),
    )
    .addOption(
      option(
        '--silence <duration>',
        'limit between two signs of life of an agent (default: 10s, more on a crowded machine)',
      ).argParser(duration),
    )
    .addOption(
      option('--seed <n>', "what the tests' seeds are made from; the same for the same number").argParser(
        wholeNumber(0, MAX_SEED),
      ),
    )
    .addOption(
      option(
        '--vary <what>',
        'what the seed changes: nothing, the seeds of tests, or sizes and offsets too (default: seeds)',
      ).choices(variations),
    )
    .addOption(
      option('--retry <n>', 'try a guest again that hung, panicked or was lost, at most so many times')
        .default(testDefaults.retry)
        .argParser(wholeNumber(0, 100)),
    )
    .addOption(
      option(
        '-r, --reporter <name[=file]>',
        `${reporterNames.slice(0, -1).join(', ')} or ${reporterNames.at(-1)}; repeatable; "-" is stdout`,
      ).argParser(repeated),
    )
    .addOption(
      option('--timings', 'show at the end where the time of each guest went; as --reporter timings'),
    )
    .addOption(
      option(
        '--serve <[host:]port>',
        'show the run in browsers while it goes on; 0 takes a port that is free',
      ),
    )
    .addOption(runsOption())
    .addOption(vmlinuxOption())
    .addOption(keepRunsOption())
    .addOption(option('--keep', "keep the guests' share folders").default(testDefaults.keep))
    .addOption(option('--no-color', 'plain output; $NO_COLOR does the same'))
    .addOption(
      option(
        '--config <file>',
        'YAML file with values for these options (default: coordinator.yaml, if it is here)',
      ),
    )
    .addOption(option('--no-config', 'no such file, also if it is here'));
}
