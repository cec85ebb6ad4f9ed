import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { AgentInbox } from './agent-inbox.ts';
import { MessageReader } from './message-reader.ts';

const packr = new Packr({ useRecords: false });
const frames = (texts: readonly string[]): Buffer[] => {
  const encoder = new FrameEncoder();
  return texts.map((text) =>
    Buffer.from(encoder.encode(packr.pack({ type: 'log', level: 'info', text } satisfies AgentMessage))),
  );
};

/** An inbox that keeps what it is told. */
function keepingInbox() {
  const texts: string[] = [];
  const problems: string[] = [];
  const inbox = new AgentInbox({
    onMessage: (message) => texts.push(message.type === 'log' ? message.text : message.type),
    onProblem: (problem) => problems.push(problem),
  });
  return { inbox, texts, problems };
}

function read(bytes: Uint8Array, pieceBytes: number) {
  const { inbox, texts, problems } = keepingInbox();
  const reader = new MessageReader(inbox);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  reader.end();
  inbox.end();
  return { texts, problems };
}

/** What may happen to a file that frames are appended to. */
const damages: Record<string, (sent: readonly Buffer[], where: number, how: number) => Buffer> = {
  cut: (sent, where) => Buffer.concat(sent).subarray(0, where % (Buffer.concat(sent).length + 1)),
  flip(sent, where, how) {
    const bytes = Buffer.concat(sent);
    const at = where % bytes.length;
    bytes[at] = (bytes[at] as number) ^ ((how % 255) + 1);
    return bytes;
  },
  lose(sent, where, how) {
    const bytes = Buffer.concat(sent);
    const at = where % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (how % 90))]);
  },
  insert(sent, where, how) {
    const bytes = Buffer.concat(sent);
    const at = where % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + (how % 90), how), bytes.subarray(at)]);
  },
  repeat(sent, where, how) {
    const again = sent[where % sent.length] as Buffer;
    const at = how % (sent.length + 1);
    return Buffer.concat([...sent.slice(0, at), again, ...sent.slice(at)]);
  },
  reorder(sent, where, how) {
    const order = [...sent];
    const [moved] = order.splice(where % order.length, 1);
    order.splice(how % (order.length + 1), 0, moved as Buffer);
    return Buffer.concat(order);
  },
};

describe('MessageReader', () => {
  it.each(Object.keys(damages))(
    'after a %s anywhere gives the same messages or a problem, never a wrong one',
    (kind) => {
      const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), {
        minLength: 1,
        maxLength: 12,
      });
      fc.assert(
        fc.property(
          texts,
          fc.nat(),
          fc.nat(),
          fc.integer({ min: 1, max: 200 }),
          (said, where, how, piece) => {
            const sent = frames(said);
            const damaged = damages[kind]?.(sent, where, how) ?? Buffer.alloc(0);
            const { texts: got, problems } = read(damaged, piece);
            // In order, none twice, none that was not said.
            let next = 0;
            for (const text of got) {
              const at = said.indexOf(text, next);
              expect(at).toBeGreaterThanOrEqual(next);
              next = at + 1;
            }
            // A file that ends at a frame's end cannot tell that more was to come: the missing `bye` does.
            const isPrefix = Buffer.concat(sent).subarray(0, damaged.length).equals(damaged);
            const endsWhole = sent.some(
              (_, count) => Buffer.concat(sent.slice(0, count)).length === damaged.length,
            );
            if (got.length < said.length && !(isPrefix && endsWhole)) expect(problems).not.toEqual([]);
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  it('does not count as lost what came another way', () => {
    const [one, two, three] = frames(['one', 'two', 'three']) as [Buffer, Buffer, Buffer];
    const { inbox, texts, problems } = keepingInbox();
    const first = new MessageReader(inbox);
    first.push(Buffer.concat([one, two]));
    const second = new MessageReader(inbox);
    second.push(Buffer.concat([two, three]));
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(problems).toEqual([]);
  });
});
