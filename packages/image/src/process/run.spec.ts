import { readFileSync } from 'node:fs';
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

describe('a program that does nothing any more', () => {
  const stallMs = 400;

  it('is ended, with what it left behind', async () => {
    const pids: string[] = [];
    const options = { ...OPTIONS, stallMs, onStatus: (line: string) => pids.push(line) };
    const failure = run(...sh("trap '' TERM; sleep 600 & echo $! >&3; wait"), options);
    await expect(failure).rejects.toMatchObject({
      code: 'build-failed',
      message: 'Could not try it: sh has neither read nor written a byte for 400 ms.',
    });
    await expect.poll(() => commandOf(pids[0])).not.toContain('sleep');
  });

  it('is not one that goes on slowly', async () => {
    const output = await run(...sh('for i in 1 2 3 4 5 6 7 8; do echo; sleep 0.25; done'), {
      ...OPTIONS,
      stallMs: 1500,
    });
    expect(output.toString()).toBe('\n'.repeat(8));
  });

  it('ends a pipe as well', async () => {
    await expect(pipe(sh('exec sleep 600'), sh('exec cat'), { ...OPTIONS, stallMs })).rejects.toThrow(
      'neither read nor written',
    );
  });
});

it('an abort ends what the program started, and waits for nobody who holds on to its output', async () => {
  const controller = new AbortController();
  let pid = '';
  const onStatus = (line: string) => {
    pid = line;
    controller.abort(new Error('enough'));
  };
  const options = { ...OPTIONS, onStatus, signal: controller.signal };
  await expect(run(...sh('sleep 600 & echo $! >&3; wait'), options)).rejects.toThrow('enough');
  await expect.poll(() => commandOf(pid)).not.toContain('sleep');
});

/** A process's command line; '' when it has ended. */
function commandOf(pid = ''): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

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
