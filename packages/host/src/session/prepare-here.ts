import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { RunOptions } from '@coordinator/runner/run';
import type { Plan } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import type { EventLog } from '@coordinator/store';
import { isInLab } from '../in-lab.ts';
import type { RunContext } from '../run-context.ts';
import { version } from '../version.ts';
import type { Caller, SetUpCaller } from './caller.ts';
import { checkOptions } from './check-options.ts';
import type { PlatformKind } from './choose-platform.ts';
import { fitPlan } from './fit-plan.ts';
import { withoutUnproven } from './kernel-witness.ts';
import { runKernels } from './kernels.ts';
import { readLogin } from './login.ts';
import type { TestOptions } from './options.ts';
import { prepareGuests } from './prepare-guests.ts';
import { isDebugged, kernelArgumentsOf, vmmOptionsOf } from './vmm-options.ts';

const FOREIGN_INITRD_HINT = 'an --initrd that does not start the agent by itself needs --console-login';

/**
 * Makes what guests on this machine need.
 * @param load gives what runs the plan in them, once the first of them are being started
 * @returns what then has that do so.
 * @throws CoordinatorError
 */
export async function prepareRunHere(
  kind: PlatformKind,
  request: {
    readonly options: TestOptions;
    readonly plan: Plan;
    /** Guests that run at the same time. */
    readonly concurrent: number;
  },
  caller: SetUpCaller & Pick<Caller, 'onConsoleLine'>,
  load: () => Promise<(setting: RunOptions, log: EventLog) => Promise<Report>>,
): Promise<(context: RunContext, log: EventLog) => Promise<Report>> {
  const { options, plan: planned, concurrent } = request;
  const login = readLogin(options);
  checkOptions(options, kind, planned);
  const guests = await prepareGuests(kind, options, planned, caller);
  const [usual] = guests.kernels;
  const kit = options.share ?? usual.kit;
  const kernels = runKernels(guests.kernels).map((one) => ({ ...one, kit: options.share ?? one.kit }));
  const { silence } = guests;
  const plan = withoutUnproven(await fitPlan(planned, options.vmm, kit), silence);
  const told = [guests.notice, silence?.notice ?? null].filter((notice) => notice !== null);
  return async (context, log) => {
    const { run, owner, folder, runtimeFolder } = context;
    const place = { folder, runtimeFolder, marker: { run, owner, runtime: dirname(runtimeFolder) } };
    // While the first guests are restored: what is needed of them from then on is loaded meanwhile.
    const opening = guests.open(place);
    opening.catch(() => {});
    const { makeLimits } = await import('@coordinator/life');
    const body = await load();
    const platform = await opening;
    try {
      return await body(
        {
          ...context,
          guests: options.guests,
          coordinatorVersion: version,
          channel: options.channel,
          start: guests.start,
          notices: [...context.notices, ...told],
          platform,
          vsock: await guests.openVsock(place),
          kernel: usual.kernel,
          initrd: usual.initrd,
          kernels,
          kit,
          files: options.files === undefined ? null : resolve(options.files),
          kernelArguments: kernelArgumentsOf(options),
          vmmOptions: vmmOptionsOf(options),
          login,
          bootHint: options.initrd === undefined ? null : FOREIGN_INITRD_HINT,
          cpus: options.cpus,
          memoryMiB: options.memory,
          plan,
          limits: makeLimits({
            guestCpus: concurrent * options.cpus,
            hostCpus: availableParallelism(),
            emulatedHost: isInLab(),
            totalMs: options.timeout,
            silenceMs: options.silence,
            debugged: isDebugged(options),
          }),
          keep: options.keep,
          hold: options.hold ?? null,
          onConsoleLine: caller.onConsoleLine,
        },
        log,
      );
    } finally {
      await platform.close();
    }
  };
}
