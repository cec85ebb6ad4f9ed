import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FileFollower } from './file-follower.ts';

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('FileFollower', () => {
  it('gives every byte once, though it is finished while it reads and more has come', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'follower-'));
    for (let round = 0; round < 10; round++) {
      const path = join(folder, `${round}`);
      const received: Buffer[] = [];
      const follower = await FileFollower.create(path, {
        onBytes: (bytes) => received.push(Buffer.from(bytes)),
        onProblem: (problem) => expect.fail(problem),
      });
      // So much that it reads for a while, during which it hears that there is more.
      appendFileSync(path, Buffer.alloc(8 * 2 ** 20, round));
      while (received.length === 0) await sleep(1);
      appendFileSync(path, Buffer.alloc(1000, 0xff));
      await sleep(round % 4);
      await follower.finish();
      expect(hash(Buffer.concat(received))).toBe(hash(readFileSync(path)));
    }
    rmSync(folder, { recursive: true });
  });
});
