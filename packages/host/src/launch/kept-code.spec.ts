import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptCode } from './kept-code.ts';

const CODE = Buffer.from('what V8 made of it');

let folder: string;
let source: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-code-'));
  source = join(folder, 'program.cjs');
  writeFileSync(source, 'exports.answer = 42;');
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function keep(): { readonly code: KeptCode; readonly path: string } {
  const code = KeptCode.of(source);
  if (code === null) throw new Error('nothing can be kept');
  code.write(CODE);
  const kept = join(folder, 'cache', 'coordinator', 'code');
  const [name = ''] = readdirSync(kept);
  return { code, path: join(kept, name) };
}

describe('KeptCode', () => {
  it('has what was kept, for this file as it is alone', () => {
    expect(keep().code.read()).toEqual(CODE);
    expect(KeptCode.of(source)?.read()).toEqual(CODE);
    utimesSync(source, 1, 1);
    expect(KeptCode.of(source)?.read()).toBeNull();
  });

  it('has none that is not whole, to the bit', () => {
    const { code, path } = keep();
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      expect(code.read(), `byte ${at}`).toBeNull();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes.subarray(0, at));
      expect(code.read(), `${at} bytes`).toBeNull();
    }
    writeFileSync(path, bytes);
    expect(code.read()).toEqual(CODE);
  });

  it('has none that others may have written', () => {
    const { code, path } = keep();
    expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    chmodSync(path, 0o620);
    expect(code.read()).toBeNull();
    chmodSync(path, 0o600);
    chmodSync(join(path, '..'), 0o777);
    expect(code.read()).toBeNull();
  });

  it('keeps that of a few builds', () => {
    for (let build = 0; build < 9; build++) {
      utimesSync(source, build, build);
      keep();
    }
    const kept = readdirSync(join(folder, 'cache', 'coordinator', 'code'));
    expect(kept).toHaveLength(4);
    expect(KeptCode.of(source)?.read()).toEqual(CODE);
  });

  it('says nothing where it cannot be kept', () => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'file'));
    const code = KeptCode.of(source);
    code?.write(CODE);
    expect(code?.read()).toBeNull();
  });
});
