import { dirname } from 'node:path';
import { ExecHub } from '@coordinator/exec';
import { commandsOf } from '@coordinator/machine/runtime-folder';
import type { Vmm } from '@coordinator/machine/vmm';

/**
 * Lets this user run commands in a guest whose VMM has a port for that. It is no part of the test: where it does not
 * work, whoever wants a command learns of it, and nobody else.
 * @returns what ends it
 */
export function serveCommands({ commandPort }: Vmm, guest: string): () => void {
  let isOver = false;
  let hub: ExecHub | null = null;
  const end = () => {
    isOver = true;
    hub?.close();
  };
  const serve = async () => {
    const port = await commandPort?.open();
    if (!commandPort || !port) return;
    port.once('close', end);
    hub = new ExecHub(guest, port, () => {}, end, true);
    if (isOver) hub.close();
    else await hub.listen(commandsOf(dirname(commandPort.path), guest));
  };
  serve().catch(end);
  return end;
}
