import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErrorLog } from './error-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'error-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('ErrorLog', () => {
  it('is a file once there is something in it', () => {
    const file = join(folder, 'vmm.log');
    const log = new ErrorLog(file);
    expect(existsSync(file)).toBe(false);
    log.add(Buffer.from('Warning: one\n'));
    log.add(Buffer.from('Warning: two\n'));
    expect(readFileSync(file, 'utf8')).toBe('Warning: one\nWarning: two\n');
  });

  it('keeps no more than its limit, and says so', () => {
    const file = join(folder, 'vmm.log');
    const log = new ErrorLog(file);
    for (let times = 0; times < 5; times++) log.add(Buffer.alloc(2 ** 19, 'x'));
    expect(statSync(file).size).toBeLessThan(2 ** 20 + 100);
    expect(readFileSync(file, 'utf8')).toMatch(/x\n\[it went on; only the first 1048576 bytes are kept\]\n$/);
  });

  it('does without a file that cannot be written', () => {
    const log = new ErrorLog(join(folder, 'nowhere', 'vmm.log'));
    log.add(Buffer.from('Warning\n'));
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
});
