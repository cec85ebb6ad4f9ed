import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecOptions, execIn } from '@coordinator/exec';
import { LabFolder } from '@coordinator/lab';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { guestsIn } from './lab-guests.ts';

let folder: string;
let server: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-guests-'));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it('gives up on a lab that is up but does not answer, and says which', async () => {
  const socket = join(folder, 'exec');
  const gone = new Promise<void>((resolve) => {
    server = createServer((client) => client.resume().on('close', () => resolve()));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const silent = {
    folder: new LabFolder('smmuv3'),
    exec: (argv: readonly string[], options?: ExecOptions) =>
      execIn({ name: 'the lab', remedy: '' }, socket, argv, options),
  };
  await expect(guestsIn(silent, 100)).rejects.toThrow('the lab "smmuv3" has not answered for 0.1 s');
  await gone;
});
