import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Migration } from './migration.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';

let folder: string;
let server: Server;
let sockets: Socket[];
/** What QEMU does about each command; `true` answers it. */
let answers: (command: string, socket: Socket) => boolean;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qmp-'));
  sockets = [];
  answers = () => true;
  onEvent = () => {};
  server = createServer((socket) => {
    sockets.push(socket);
    createInterface({ input: socket }).on('line', (line) => {
      const { execute } = JSON.parse(line) as { execute: string };
      if (answers(execute, socket)) socket.write('{"return": {}}\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'qmp'), resolve));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true });
});

let onEvent: (event: QmpEvent) => void;
const connect = (signal = new AbortController().signal) =>
  QmpClient.connect(join(folder, 'qmp'), (event) => onEvent(event), signal);

it('rejects what is sent when QEMU is gone', async () => {
  const qmp = await connect();
  sockets[0]?.destroy();
  await qmp.closed;
  await expect(qmp.execute('cont')).rejects.toThrow(/closed its control socket|QEMU/);
});

it.each(['migrate-set-capabilities', 'migrate-incoming', 'query-migrate'])(
  'rejects a restore in which QEMU goes at %s',
  async (last) => {
    answers = (command, socket) => {
      if (command === last) socket.destroy();
      else if (command === 'migrate-incoming') {
        socket.write('{"return": {}}\n{"event": "MIGRATION", "data": {"status": "failed"}}\n');
        return false;
      }
      return command !== last;
    };
    const migration = new Migration(await connect());
    onEvent = migration.onEvent;
    await expect(migration.restore('/nowhere')).rejects.toThrow();
  },
);

it('does not connect for somebody who has given up', async () => {
  const giveUp = new AbortController();
  const connecting = connect(giveUp.signal);
  server.once('connection', () => giveUp.abort());
  await expect(connecting).rejects.toThrow();
});
