// An agent that lies, for the self-test: `qjs agent.mjs --kit DIR`, where the kit says in the file `lie` which lie.
import { Agent } from '../agent/agent.ts';
import type { Channel } from '../channel/channel.ts';
import { parseOptions } from '../options.ts';
import { loadRuntime } from '../runtime/load.ts';
import { lies } from './lies.ts';

loadRuntime().then(async (runtime) => {
  const options = parseOptions(runtime.arguments);
  const name = runtime.files.readText(`${options.kit}/lie`).trim();
  const lie = lies[name]?.();
  if (!lie) throw new Error(`no lie is called ${name}`);
  const lying = (channel: Channel): Channel => ({
    send: (message) => lie(message, (told) => channel.send(told)),
    room: () => channel.room(),
    flush: () => channel.flush(),
  });
  runtime.exit(await new Agent(runtime, options, lying).run());
});
