/**
 * In place of the agent in a kit: sends a log of `FLOOD_BYTES` as fast as its channel takes it, for tests of what
 * channels can bear. Everything else is as the agent does it.
 */

import { machineFacts, sayHello } from '../agent/hello.ts';
import { mount, readJob } from '../agent/mount.ts';
import { powerOff } from '../agent/power-off.ts';
import { openChannel } from '../channel/open.ts';
import { parseOptions } from '../options.ts';
import { loadRuntime } from '../runtime/load.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { freshContext } from '../stages/context.ts';
import { GuestSystem } from '../system/guest-system.ts';
import { floodLine, floodLines } from './flood-line.ts';

/** Put in by the bundler. */
declare const FLOOD_BYTES: number;

async function flood(runtime: Runtime): Promise<void> {
  const { kit } = parseOptions(runtime.arguments);
  const system = new GuestSystem(runtime);
  const uptimeMs = system.uptime();
  const results = await mount(system, runtime.clock, 'results');
  const job = readJob(system, results);
  const broken = (error: Error) => runtime.complain(`flood: ${error.message}`);
  const listener = { onCommand() {}, onProblem: (problem: string) => broken(new Error(problem)) };
  const { channel } = openChannel({ runtime, kit, results, job, listener, onBroken: broken });
  const context = freshContext({ runtime, system, channel, job, kit, results, filesFolder: null });
  sayHello(context, await machineFacts(system), uptimeMs);
  // No stage whose time is limited.
  channel.send({ type: 'stage', stage: 'idle' });
  const count = floodLines(FLOOD_BYTES);
  for (let index = 0; index < count; index++) {
    await channel.room();
    channel.send({ type: 'log', level: 'info', text: floodLine(index) });
  }
  channel.send({ type: 'bye' });
  await channel.flush();
  runtime.complain(await powerOff(system, runtime.clock));
}

loadRuntime().then(async (runtime) => {
  await flood(runtime).catch((error: unknown) => runtime.complain(`flood: ${String(error)}`));
  runtime.exit(1);
});
