import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHANNEL_FILE, COMMANDS_FILE, GuestChannel, type VsockEndpoint } from '@coordinator/channel';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandFile } from '../../packages/guest/src/channel/command-file.ts';
import { CommandInbox } from '../../packages/guest/src/channel/command-inbox.ts';
import { SharedFileChannel } from '../../packages/guest/src/channel/shared-file.ts';
import { VsockChannel } from '../../packages/guest/src/channel/vsock.ts';
import { type Fault, FaultyLink, ManualClock } from './link.ts';

/** The agent's and the host's own channel, joined by a faulty connection and two real files. */

const faults: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('none', 'cut', 'stall', 'die', 'flip', 'drop', 'double'),
  direction: fc.constantFrom('up', 'down'),
  at: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 30_000 })),
});
const texts = fc.array(fc.oneof(fc.string({ maxLength: 40 }), fc.constant('long '.repeat(390))), {
  minLength: 1,
  maxLength: 40,
});

const log = (text: string): AgentMessage => ({ type: 'log', level: 'info', text });
const settle = async () => {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
};

interface Outcome {
  readonly received: string[];
  readonly warnings: string[];
  readonly problems: string[];
  readonly uses: string[];
  readonly commands: string[];
  readonly acknowledged: number;
}

async function converse(said: readonly string[], asked: number, fault: Fault): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'both-ends-'));
  const received: string[] = [];
  const warnings: string[] = [];
  const problems: string[] = [];
  const uses: string[] = [];
  const commands: string[] = [];
  const broken: Error[] = [];
  const link = new FaultyLink(fault);
  const clock = new ManualClock();
  const endpoint: VsockEndpoint = {
    device: { kind: 'vhost', cid: 3 },
    port: 3,
    connection: Promise.resolve(link.host),
    close: async () => void link.host.push(null),
  };
  const host = await GuestChannel.create(
    folder,
    {
      onMessage: (message) => {
        if (message.type === 'log') (message.level === 'info' ? received : warnings).push(message.text);
      },
      onProblem: (problem) => problems.push(problem),
      onUse: (use) => uses.push(use),
      onNotice: () => {},
    },
    endpoint,
  );
  const channelFile = openSync(join(folder, CHANNEL_FILE), 'a');
  const commandsFile = openSync(join(folder, COMMANDS_FILE), 'r');
  try {
    const inbox = new CommandInbox({
      onCommand: (command) => commands.push(command.type === 'abort' ? command.reason : command.type),
      onProblem: (problem) => problems.push(problem),
    });
    const byFile = new CommandFile(
      { read: (buffer) => readSync(commandsFile, buffer) },
      clock,
      inbox,
      (error) => broken.push(error),
    );
    const agent = new VsockChannel({
      open: (handlers) => link.open(handlers),
      file: new SharedFileChannel({ write: (bytes) => writeSync(channelFile, bytes) }, clock, (error) =>
        broken.push(error),
      ),
      clock,
      commands: inbox,
      onFallBack: () => byFile.start(),
      onBroken: (error) => broken.push(error),
    });
    inbox.replyTo(agent);

    let acknowledged = 0;
    for (let number = 0; number < asked; number++) {
      const command: HostCommand = { type: 'abort', reason: `command ${number}` };
      host.send(command).then(
        () => acknowledged++,
        () => {},
      );
    }
    for (const [index, text] of said.entries()) {
      agent.send(log(text));
      if (index % 3 === 0) await settle();
    }
    let flushed = false;
    void agent.flush().then(() => {
      flushed = true;
    });
    // Whoever waits in vain is told by the clock.
    const deadline = performance.now() + 5000;
    while ((!flushed || acknowledged < asked) && performance.now() < deadline) {
      await settle();
      clock.expire();
      // Shows, as it does in a guest, what the end of the conversation left undecided.
      agent.send({ type: 'heartbeat', uptime_ms: 1 });
      await sleep(1);
    }
    expect(flushed).toBe(true);
    link.endGuest();
    await host.finish();
    await settle();
    expect(broken).toEqual([]);
    return { received, warnings, problems, uses, commands, acknowledged };
  } finally {
    closeSync(channelFile);
    closeSync(commandsFile);
    rmSync(folder, { recursive: true });
  }
}

describe('the two ends of a vsock channel', () => {
  it('lose nothing and take nothing twice, whatever befalls the connection at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat({ max: 4 }), faults, async (said, asked, fault) => {
        const outcome = await converse(said, asked, fault);
        expect(outcome.problems).toEqual([]);
        expect(outcome.received).toEqual(said);
        expect(outcome.commands).toEqual(Array.from({ length: asked }, (_, number) => `command ${number}`));
        expect(outcome.acknowledged).toBe(asked);
        if (fault.kind === 'none') expect(outcome).toMatchObject({ uses: ['vsock'], warnings: [] });
        // Whoever went on over the file says so.
        expect(outcome.uses.includes('vsock→file')).toBe(outcome.warnings.length > 0);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('fall back when nobody is at the other end', async () => {
    const outcome = await converse(['one', 'two'], 1, { kind: 'die', direction: 'up', at: 0 });
    expect(outcome).toMatchObject({
      received: ['one', 'two'],
      uses: ['vsock', 'vsock→file'],
      commands: ['command 0'],
    });
    expect(outcome.warnings).toEqual([
      // With the heartbeats until then.
      expect.stringMatching(
        /^vsock: nothing was acknowledged for 3 seconds; went on over the shared file, sending \d messages again$/,
      ),
    ]);
  });
});
