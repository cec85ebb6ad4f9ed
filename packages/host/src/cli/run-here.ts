import { availableParallelism } from 'node:os';
import type { Plan } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import { messageOf } from '../errors.ts';
import { ownIdentity } from '../process/index.ts';
import { KERNEL_ARGUMENTS, makeLimits, run, Teardown } from '../run/index.ts';
import { createRuntimeFolder, removeRuntimeFolder } from '../runtime/index.ts';
import { version } from '../version.ts';
import { type PlatformKind, prepareGuests } from './open-platform.ts';
import type { TestOptions } from './options.ts';
import type { RunContext } from './run-context.ts';

/**
 * Makes what guests on this machine need.
 * @returns what then runs the plan in them.
 * @throws CoordinatorError
 */
export async function prepareRunHere(
  kind: PlatformKind,
  options: TestOptions,
  plan: Plan,
  interrupt: AbortSignal,
): Promise<(context: RunContext) => Promise<Report>> {
  const guests = await prepareGuests(kind, options, interrupt);
  return async (context) => {
    const owner = ownIdentity();
    const teardown = new Teardown();
    try {
      const runtimeFolder = createRuntimeFolder({ run: context.run, owner, folder: context.folder });
      teardown.add(() => removeRuntimeFolder(runtimeFolder));
      const place = { runtimeFolder, marker: { run: context.run, owner } };
      const platform = await guests.open(place);
      teardown.add(() => platform.close());
      return await run({
        ...context,
        guests: options.guests,
        coordinatorVersion: version,
        channel: options.channel,
        start: options.start,
        platform,
        vsock: guests.openVsock(place),
        kernel: guests.kernel,
        initrd: guests.initrd,
        kit: options.share ?? guests.kit,
        kernelArguments: KERNEL_ARGUMENTS,
        cpus: options.cpus,
        memoryMiB: options.memory,
        plan,
        limits: makeLimits({
          guestCpus: options.guests * options.cpus,
          hostCpus: availableParallelism(),
          totalMs: options.timeout,
        }),
        keep: options.keep,
      });
    } finally {
      await teardown.run((error) => process.stderr.write(`coordinator: clean-up: ${messageOf(error)}\n`));
    }
  };
}
