import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { openReporters, type ReporterSettings } from './open-reporters.ts';
import { parseReporterOption } from './option.ts';

/** A stream that remembers; a terminal if `isTTY`. */
function makeStream(isTTY = false) {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String((stream as unknown as PassThrough).read() ?? '') };
}

async function report(options: string[], settings: Partial<ReporterSettings> = {}) {
  const stdout = makeStream();
  const stderr = makeStream();
  const set = await openReporters(options.map(parseReporterOption), {
    runFolder: null,
    environment: {},
    stdout: stdout.stream,
    stderr: stderr.stream,
    ...settings,
  });
  for (const event of sampleEvents) set.onEvent(event);
  const failures = await set.end(sampleReport());
  return { stdout: stdout.text(), stderr: stderr.text(), failures };
}

describe('openReporters', () => {
  it('keeps standard output for the format that was asked for', async () => {
    const { stdout, stderr, failures } = await report(['terminal', 'json=-']);
    expect(JSON.parse(stdout)).toEqual(sampleReport());
    expect(stderr).toContain('[  1.9 s] guest-1  booted in 1.9 s');
    expect(failures).toEqual([]);
  });

  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
  ])('follows %j', async (environment, colored) => {
    const { stdout } = await report([], { environment });
    expect(stdout.includes('\x1b[')).toBe(colored);
  });

  it('lets --no-color win', async () => {
    const { stdout } = await report([], { environment: { FORCE_COLOR: '1' }, color: false });
    expect(stdout).not.toContain('\x1b[');
  });

  it('shows only the result of an earlier run', async () => {
    const { stdout } = await report([], { replay: true });
    expect(stdout).toMatch(/^guest-1 {2}pass {3}boot 1\.9 s/);
  });

  it('writes every format into a file of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reporters-'));
    try {
      const names = ['json', 'junit', 'tap', 'ktap', 'lava', 'github', 'html'];
      const { failures } = await report(names.map((name) => `${name}=${join(folder, name)}`));
      expect(failures).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual([...names].sort());
      for (const name of names) {
        const text = readFileSync(join(folder, name), 'utf8');
        expect(text, name).toMatch(/guest-5/);
        expect(text, name).toMatch(/\n$/);
        expect(text, name).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|\p{Cs}/u);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses before anything starts', async () => {
    await expect(report(['json=/proc/x'])).rejects.toMatchObject({ exitCode: 2 });
  });

  it('does not mind a reader that has gone', async () => {
    const { stream } = makeStream();
    const set = await openReporters([], { runFolder: null, environment: {}, stdout: stream });
    stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    await new Promise((done) => setImmediate(done));
    for (const event of sampleEvents) set.onEvent(event);
    expect(await set.end(sampleReport())).toEqual([]);
  });
});
