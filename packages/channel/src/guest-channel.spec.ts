import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import { Packr } from 'msgpackr';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANNEL_FILE, GuestChannel } from './guest-channel.ts';

const packr = new Packr({ useRecords: false });
let folder: string;
let path: string;
let encoder: FrameEncoder;
let messages: AgentMessage[];
let problems: string[];
let channel: GuestChannel;

const frame = (text: string) =>
  encoder.encode(Uint8Array.from(packr.pack({ type: 'log', level: 'info', text } satisfies AgentMessage)));
const texts = () => messages.map((message) => (message.type === 'log' ? message.text : message.type));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'channel-'));
  path = join(folder, CHANNEL_FILE);
  encoder = new FrameEncoder();
  messages = [];
  problems = [];
  channel = await GuestChannel.create(folder, {
    onMessage: (message) => messages.push(message),
    onProblem: (problem) => problems.push(problem),
    onUse() {},
    onNotice() {},
  });
});
afterEach(async () => {
  await channel.finish();
  rmSync(folder, { recursive: true });
});

describe('GuestChannel over the shared file', () => {
  it('delivers messages while the file grows, in whatever pieces', async () => {
    const bytes = frame('one');
    appendFileSync(path, bytes.subarray(0, 9));
    appendFileSync(path, bytes.subarray(9));
    await vi.waitFor(() => expect(texts()).toEqual(['one']));
    appendFileSync(path, frame('two'));
    await vi.waitFor(() => expect(texts()).toEqual(['one', 'two']));
    expect(problems).toEqual([]);
  });

  it('delivers what came last when it is finished at once', async () => {
    for (let n = 0; n < 2000; n++) appendFileSync(path, frame(`${n}`));
    await channel.finish();
    expect(messages).toHaveLength(2000);
  });

  it('reports damage and goes on behind it', async () => {
    appendFileSync(path, frame('one'));
    const lost = frame('two');
    lost[25] = (lost[25] ?? 0) ^ 1;
    appendFileSync(path, lost);
    appendFileSync(path, frame('three'));
    appendFileSync(path, encoder.encode(Uint8Array.of(0xc1)));
    await channel.finish();
    expect(texts()).toEqual(['one', 'three']);
    expect(problems).toEqual([
      expect.stringMatching(/bytes from byte \d+ are no frame \(payload-crc\)/),
      'frame 2 is missing',
      expect.stringMatching(/^frame 4: not a MessagePack value/),
    ]);
  });

  it('does not follow what a guest puts in its place', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, frame('planted'));
    renameSync(path, `${path}.moved`);
    symlinkSync(elsewhere, path);
    appendFileSync(`${path}.moved`, new FrameEncoder().encode(Uint8Array.from(packr.pack({ type: 'bye' }))));
    await channel.finish();
    expect(texts()).toEqual(['bye']);
  });

  it('will not take over a file that is there already', async () => {
    await expect(
      GuestChannel.create(folder, { onMessage() {}, onProblem() {}, onUse() {}, onNotice() {} }),
    ).rejects.toThrow(/EEXIST/);
  });
});
