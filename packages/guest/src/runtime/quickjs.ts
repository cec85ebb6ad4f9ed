import type { QuickJsOs, QuickJsSpawn, QuickJsStd } from '@coordinator/shared/quickjs';
import { QuickJsFiles } from './quickjs-files.ts';
import { QuickJsPipe } from './quickjs-pipe.ts';
import { QuickJsProcesses } from './quickjs-processes.ts';
import type { Clock, Runtime } from './runtime.ts';
import { SIGQUIT } from './signals.ts';

declare const scriptArgs: readonly string[];

/** Name in a variable, as these modules exist for QuickJS alone: nothing may look for them when bundling. */
const modules = { std: 'std', os: 'os', spawn: 'spawn' } as const;

export async function loadQuickJs(): Promise<Runtime> {
  const std: QuickJsStd = await import(modules.std);
  const os: QuickJsOs = await import(modules.os);
  const spawn = await loadSpawn(os);
  const clock = quickJsClock(os);
  const processes = new QuickJsProcesses({ os, spawn, strerror: (errno) => std.strerror(errno) }, clock);
  // What a shell runs in the background has these ignored, and so would the programs that tests run.
  for (const number of [os.SIGINT, SIGQUIT]) os.signal(number, null);
  // A bridge or a tool that ended while it was written to is told by the write.
  // Handled rather than ignored: what is ignored, the tools would ignore too.
  os.signal(os.SIGPIPE, () => {});
  return {
    name: 'quickjs',
    // Of the kit's qjs when it is told to hold what it runs.
    hold: (globalThis as { hold?: () => void }).hold,
    arguments: scriptArgs.slice(1),
    files: new QuickJsFiles(std, os),
    processes,
    clock,
    pipe: (options) => new QuickJsPipe(os, options),
    onTerminate: (listener) => os.signal(os.SIGTERM, listener),
    complain(line) {
      std.err.puts(`${line}\n`);
      std.err.flush();
    },
    exit(status) {
      processes.killAll();
      std.exit(status);
    },
  };
}

/** Only the kit's qjs has it; another, such as a distribution's, starts programs as QuickJS does, by a fork. */
async function loadSpawn(os: QuickJsOs): Promise<QuickJsSpawn['spawn']> {
  try {
    return ((await import(modules.spawn)) as QuickJsSpawn).spawn;
  } catch {
    // A program that cannot be executed exits with 127 then.
    return (command, stdin, stdout, stderr, cwd, environment) =>
      os.exec([...command], {
        ...(cwd !== undefined && { cwd }),
        ...(environment !== undefined && { env: { ...environment } }),
        ...{ block: false, usePath: false, stdin, stdout, stderr },
      });
  }
}

function quickJsClock(os: QuickJsOs): Clock {
  const after = (delay: number, callback: () => void) => {
    const timer = os.setTimeout(callback, delay);
    return () => os.clearTimeout(timer);
  };
  return {
    now: () => os.now(),
    after,
    sleep: (delay) => new Promise((resolve) => after(delay, resolve)),
    block: (delay) => os.sleep(delay),
  };
}
