import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execIn } from './client.ts';
import { ExecHub } from './hub.ts';
import {
  decodeOutputCredit,
  decodeSize,
  type ExecFrame,
  encodeCredit,
  encodeFrame,
  FrameSplitter,
  FrameType,
  INPUT_WINDOW_BYTES,
} from './protocol.ts';

/** The other end of the port: what the program in the lab receives and sends. */
class Lab {
  readonly received: ExecFrame[] = [];
  readonly #socket: Socket;
  #onFrame: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const frames = new FrameSplitter();
    socket.on('data', (chunk: Buffer) => {
      this.received.push(...frames.push(chunk));
      this.#onFrame();
    });
  }

  send(type: FrameType, session: number, payload: Uint8Array | string = ''): void {
    this.#socket.write(encodeFrame(type, session, Buffer.from(payload as string)));
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  async wait(type: FrameType, count = 1): Promise<ExecFrame> {
    for (;;) {
      const found = this.received.filter((frame) => frame.type === type)[count - 1];
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
  }
}

const place = { name: 'the lab', remedy: 'coordinator lab status' };
const exit = JSON.stringify({ code: 3, signal: null, problem: null });
let folder: string;
let hub: ExecHub;
let lab: Lab;
let broken: string | null;
const socket = () => join(folder, 'exec');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
  broken = null;
  const port = join(folder, 'port');
  const accepted = new Promise<Socket>((resolve) => {
    const server = createServer((one) => {
      server.close();
      resolve(one);
    }).listen(port);
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  hub = new ExecHub(
    place.name,
    createConnection(port),
    () => {},
    (problem) => {
      broken = problem;
    },
  );
  lab = new Lab(await accepted);
  await hub.listen(socket());
});

afterEach(() => {
  hub.close();
  rmSync(folder, { recursive: true });
});

describe('commands in the lab', () => {
  it('run side by side, each with its own output and status', async () => {
    const outputs = ['', ''];
    const sessions = [0, 1].map((index) =>
      execIn(place, socket(), ['command', String(index)], {
        onStdout: (bytes) => {
          outputs[index] += bytes.toString();
        },
      }),
    );
    const second = await lab.wait(FrameType.start, 2);
    expect(hub.running).toBe(2);
    for (const { session, payload } of lab.received.filter(({ type }) => type === FrameType.start)) {
      const { argv } = JSON.parse(Buffer.from(payload).toString()) as { argv: string[] };
      lab.send(FrameType.stdout, session, `output of ${argv[1]}`);
    }
    const credit = decodeOutputCredit((await lab.wait(FrameType.outputCredit, 2)).payload);
    expect(credit).toEqual({ stream: 1, bytes: 'output of 0'.length });
    for (const { type, session } of lab.received) {
      if (type === FrameType.start) lab.send(FrameType.exit, session, exit);
    }
    expect(second.session).not.toBe(lab.received[0]?.session);
    expect(await Promise.all(sessions.map(({ exited }) => exited))).toEqual([
      JSON.parse(exit),
      JSON.parse(exit),
    ]);
    expect(outputs).toEqual(['output of 0', 'output of 1']);
  });

  it('get no more input than they have room for', async () => {
    const bytes = Buffer.alloc(INPUT_WINDOW_BYTES + 10, 'x');
    const { exited } = execIn(place, socket(), ['command'], { stdin: Readable.from([bytes]) });
    const { session } = await lab.wait(FrameType.start);
    const sum = () =>
      lab.received.reduce(
        (total, { type, payload }) => total + (type === FrameType.stdin ? payload.length : 0),
        0,
      );
    await lab.wait(FrameType.stdin, INPUT_WINDOW_BYTES / (16 * 1024));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sum()).toBe(INPUT_WINDOW_BYTES);
    lab.send(FrameType.inputCredit, session, encodeCredit(100));
    await lab.wait(FrameType.stdinEnd);
    expect(sum()).toBe(bytes.length);
    lab.send(FrameType.exit, session, exit);
    await exited;
  });

  it('are hung up on when their caller goes away', async () => {
    const caller = createConnection(socket());
    caller.write(encodeFrame(FrameType.start, 0, Buffer.from('{}')));
    const { session } = await lab.wait(FrameType.start);
    caller.destroy();
    const signal = await lab.wait(FrameType.signal);
    expect([signal.session, signal.payload[0]]).toEqual([session, 1]);
    // What it still writes must not block it.
    lab.send(FrameType.stderr, session, 'late');
    expect(decodeOutputCredit((await lab.wait(FrameType.outputCredit)).payload)).toEqual({
      stream: 2,
      bytes: 4,
    });
  });

  it('have a terminal of a size, and hear of another one', async () => {
    const { exited, resize } = execIn(place, socket(), ['sh'], { terminal: { rows: 24, columns: 80 } });
    const { session, payload } = await lab.wait(FrameType.start);
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      terminal: { rows: 24, columns: 80 },
    });
    resize({ rows: 50, columns: 132 });
    expect(decodeSize((await lab.wait(FrameType.resize)).payload)).toEqual({ rows: 50, columns: 132 });
    lab.send(FrameType.exit, session, exit);
    await exited;
  });

  it('end with a reason when the program in the lab was started anew', async () => {
    const { exited } = execIn(place, socket(), ['command']);
    await lab.wait(FrameType.start);
    lab.send(FrameType.hello, 0, JSON.stringify({ protocol: 2, kernel: '6.12' }));
    expect((await exited).problem).toMatch(/started anew/);
  });

  it('cannot be given orders that only the lab gives', async () => {
    const caller = createConnection(socket());
    const closed = new Promise((resolve) => caller.once('close', resolve));
    caller.write(encodeFrame(FrameType.exit, 1, Buffer.from(exit)));
    await closed;
    expect(lab.received).toEqual([]);
  });
});

it('a lab that talks rubbish is noticed', async () => {
  const { exited } = execIn(place, socket(), ['command']);
  await lab.wait(FrameType.start);
  lab.raw(Buffer.alloc(64, 0xff));
  await expect.poll(() => broken).toMatch(/no command's output/);
  hub.close();
  await expect(exited).rejects.toMatchObject({ message: expect.stringMatching(/lab was lost/) });
});
