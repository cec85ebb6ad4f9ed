import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FileFollower } from './file-follower.ts';

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('FileFollower', () => {
  it('gives every byte once, though it is finished while it reads and more comes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'follower-'));
    for (let round = 0; round < 40; round++) {
      const path = join(folder, `${round}`);
      const received: Buffer[] = [];
      const follower = await FileFollower.create(path, {
        onBytes: (bytes) => received.push(Buffer.from(bytes)),
        onProblem: (problem) => expect.fail(problem),
      });
      let count = 0;
      let writing = true;
      const write = () => {
        if (!writing) return;
        appendFileSync(path, `${count++} `);
        setImmediate(write);
      };
      write();
      await sleep(5 + round);
      await follower.finish();
      writing = false;
      const all = Buffer.concat(received);
      expect(hash(all)).toBe(hash(readFileSync(path).subarray(0, all.length)));
    }
    rmSync(folder, { recursive: true });
  });
});
