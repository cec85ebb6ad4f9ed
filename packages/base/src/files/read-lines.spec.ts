import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, readLines } from './read-lines.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function linesOf(content: string, limit?: number): Promise<Line[]> {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  const file = await open(path);
  const lines: Line[] = [];
  try {
    for await (const line of readLines(file, limit)) lines.push(line);
  } finally {
    await file.close();
  }
  return lines;
}

describe('readLines', () => {
  it('numbers lines and tells whether the last is whole', async () => {
    expect(await linesOf('a\n\nb')).toEqual([
      { number: 1, text: 'a', whole: true },
      { number: 2, text: '', whole: true },
      { number: 3, text: 'b', whole: false },
    ]);
    expect(await linesOf('')).toEqual([]);
  });

  it('joins a line, and a character, across chunks', async () => {
    const long = 'ü'.repeat(100_001);
    expect(await linesOf(`x${long}\nend\n`)).toEqual([
      { number: 1, text: `x${long}`, whole: true },
      { number: 2, text: 'end', whole: true },
    ]);
  });

  it('skips what is too long without keeping it', async () => {
    expect(await linesOf(`${'x'.repeat(300_000)}\nend\n${'y'.repeat(11)}`, 10)).toEqual([
      { number: 1, text: null, whole: true },
      { number: 2, text: 'end', whole: true },
      { number: 3, text: null, whole: false },
    ]);
  });

  it('holds little of a line that never ends', async () => {
    const path = join(folder, 'endless');
    writeFileSync(path, '');
    truncateSync(path, 256 * 2 ** 20);
    const file = await open(path);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    try {
      for await (const line of readLines(file)) expect(line.text).toBeNull();
    } finally {
      clearInterval(timer);
      await file.close();
    }
    expect(most).toBeLessThan(128 * 2 ** 20);
  }, 30_000);
});
