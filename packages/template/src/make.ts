import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { ConsoleCapture } from '@coordinator/machine/console';
import { Alarm, Teardown, WatchedClock } from '@coordinator/machine/lifetime';
import { ownIdentity } from '@coordinator/machine/process';
import { createRuntimeFolder, removeRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { startTemplate } from '@coordinator/machine/vmm';
import { makeMemoryFile, STATE_FILE } from './saved.ts';
import { FILES_TAG, READY_LINE, TEMPLATE_ARGUMENT, type TemplateMachine } from './template.ts';

/** An emulated guest on a busy machine, which may be emulated itself. */
const BOOT_LIMIT_MS = 600_000;

/**
 * Boots a guest to where guests begin to differ, and saves it.
 * @param folder where the saved guest, and what its console had shown, goes
 * @throws CoordinatorError when it does not get there; the signal's reason when aborted.
 */
export async function makeTemplate(
  machine: TemplateMachine,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { qemu, kernelArguments, kit, files = false, sharedMemory, ...common } = machine;
  const owner = ownIdentity();
  const run = `template-${process.pid}`;
  const teardown = new Teardown();
  try {
    const runtimeFolder = createRuntimeFolder({ run, owner, folder: null });
    teardown.add(() => removeRuntimeFolder(runtimeFolder));
    // A restored guest has a share of its own there.
    const results = join(runtimeFolder, 'results');
    await mkdir(results);
    const empty = join(runtimeFolder, FILES_TAG);
    await mkdir(empty);
    const vmm = await startTemplate(
      qemu.command,
      {
        ...common,
        name: 'template',
        kernelArguments: [...kernelArguments, TEMPLATE_ARGUMENT],
        shares: [
          { tag: 'hostshare', folder: kit, readOnly: true },
          { tag: 'results', folder: results, readOnly: false },
          ...(files ? [{ tag: FILES_TAG, folder: empty, readOnly: true }] : []),
        ],
        functions: [],
        qmpSocket: join(runtimeFolder, 'qmp'),
      },
      sharedMemory ? await makeMemoryFile(folder) : null,
      { run, owner, role: 'vmm', guest: 'template', vmm: 'qemu' },
    );
    teardown.add(() => vmm.stop());
    let isReady = () => {};
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    let last = '';
    const console = new ConsoleCapture(vmm.console, join(folder, 'console.log'), {
      onLine: (line) => {
        if (line.trim() !== '') last = line;
        if (line === READY_LINE) isReady();
      },
      onLogError: () => {},
    });
    const clock = new WatchedClock();
    teardown.add(() => clock.close());
    await new Promise<void>((resolve, reject) => {
      const giveUp = (why: string) =>
        reject(new CoordinatorError(`a guest to start others from ${why}: ${last}`));
      const alarm = new Alarm(clock, () => giveUp('was not ready in time'));
      alarm.set(clock.now().watched + BOOT_LIMIT_MS);
      teardown.add(() => alarm.set(null));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      void ready.then(resolve);
      void vmm.exited.then(() => console.done).then(() => giveUp('ended before it was ready'));
    });
    await vmm.save(join(folder, STATE_FILE));
  } finally {
    await teardown.run(() => {});
  }
}
