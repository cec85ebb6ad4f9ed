import { describe, expect, it } from 'vitest';
import { pipe } from './pipe.ts';
import { run } from './run.ts';

const OPTIONS = { purpose: 'try it', code: 'build-failed', remedy: 'Look.' } as const;
const sh = (script: string) => ['sh', ['-c', script]] as const;

describe('run', () => {
  it('gives stdout and the lines of descriptor 3', async () => {
    const lines: string[] = [];
    const options = { ...OPTIONS, onStatus: (line: string) => lines.push(line) };
    const output = await run(...sh('echo one >&3; echo out; echo two >&3'), options);
    expect(output.toString()).toBe('out\n');
    await expect.poll(() => lines).toEqual(['one', 'two']);
  });

  it('fails with the end of stderr', async () => {
    const failure = run(...sh('seq 100 >&2; echo why >&2; exit 3'), OPTIONS);
    await expect(failure).rejects.toMatchObject({
      code: 'build-failed',
      message: 'Could not try it: sh ended with exit status 3.',
      stderr: expect.stringMatching(/^82\n(.*\n)+why$/),
    });
  });

  it('tells a full disk and a missing program from other failures', async () => {
    const full = run(...sh('echo "tar: x: No space left on device" >&2; exit 2'), OPTIONS);
    await expect(full).rejects.toMatchObject({ code: 'disk-full' });
    await expect(run('no-such-program', [], OPTIONS)).rejects.toMatchObject({ code: 'host-unsupported' });
  });

  it('ends the program when aborted', async () => {
    const started = Date.now();
    await expect(run('sleep', ['10'], { ...OPTIONS, signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timeout/,
    );
    expect(Date.now() - started).toBeLessThan(3000);
  });
});

describe('pipe', () => {
  it('connects two programs', async () => {
    await pipe(sh('seq 100000'), sh('[ "$(wc -l)" = 100000 ]'), OPTIONS);
  });

  it('reports the failure of either', async () => {
    const producer = pipe(sh('echo a; echo bad >&2; exit 1'), sh('cat'), OPTIONS);
    await expect(producer).rejects.toMatchObject({ stderr: 'bad' });
    const consumer = pipe(sh('yes'), sh('echo full >&2; exit 1'), OPTIONS);
    await expect(consumer).rejects.toMatchObject({ stderr: 'full' });
    await expect(pipe(['no-such-program', []], sh('cat'), OPTIONS)).rejects.toMatchObject({
      code: 'host-unsupported',
    });
  });

  it('ends both when aborted', async () => {
    const started = Date.now();
    const endless = pipe(sh('exec sleep 10'), sh('exec cat'), {
      ...OPTIONS,
      signal: AbortSignal.timeout(100),
    });
    await expect(endless).rejects.toThrow(/timeout/);
    expect(Date.now() - started).toBeLessThan(3000);
  });
});
