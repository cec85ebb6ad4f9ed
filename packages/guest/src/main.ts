// The agent: started in a guest as `qjs agent.mjs --kit DIR` by the kit's start script.
import { Agent } from './agent/agent.ts';
import { parseOptions } from './options.ts';
import { loadRuntime } from './runtime/load.ts';
import type { Runtime } from './runtime/runtime.ts';
import { reasonOf } from './system/text.ts';

const USAGE_ERROR = 2;

async function main(runtime: Runtime): Promise<number> {
  try {
    const agent = new Agent(runtime, parseOptions(runtime.arguments));
    runtime.hold?.();
    return await agent.run();
  } catch (error) {
    runtime.complain(`coordinator-agent: ${reasonOf(error)}`);
    return USAGE_ERROR;
  }
}

// Not awaited at the top level: while a module waits there, QuickJS's own qjs sleeps between any two promise jobs.
loadRuntime().then(async (runtime) => runtime.exit(await main(runtime)));
