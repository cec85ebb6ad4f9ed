import { createInterface } from 'node:readline';
import { messageOf } from '@coordinator/base/errors';
import { Keeper } from './keeper.ts';
import { KEEP, type KeeperEvent, keeperConfigSchema } from './keeper-protocol.ts';
import { LabFolder } from './lab-folder.ts';

/** The whole life of a keeper's process; see keeper-protocol.ts for how it is spoken to. @returns its exit code. */
export async function runKeeperProcess(): Promise<number> {
  const stop = new AbortController();
  let kept = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  // Closing the terminal must not take a lab that was to stay.
  process.on('SIGHUP', () => {
    if (!kept) stop.abort();
  });
  const emit = (event: KeeperEvent) => void process.stdout.write(`${JSON.stringify(event)}\n`);
  const lines = createInterface({ input: process.stdin });
  const first = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  });
  lines.on('line', (line) => {
    kept ||= line === KEEP;
  });
  lines.on('close', () => {
    if (!kept) stop.abort();
  });
  const parsed = keeperConfigSchema.safeParse(parseJson(first));
  if (!parsed.success) {
    process.stderr.write('this command is started by coordinator lab up, not by people\n');
    return 2;
  }
  const config = parsed.data;
  const keeper = new Keeper(config, {
    onStage: (stage) => emit({ type: 'stage', stage }),
    onNotice: (text) => emit({ type: 'notice', text }),
    onReady: (kernel) => emit({ type: 'ready', kernel }),
  });
  const reason = await keeper.run(stop.signal).catch((error: unknown) => messageOf(error));
  // An owner that lives on would keep this process waiting for what it says.
  process.stdin.destroy();
  if (reason === null) {
    new LabFolder(config.id).remove();
    return 0;
  }
  keeper.noteEnd(reason);
  emit({ type: 'ended', reason });
  return 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
