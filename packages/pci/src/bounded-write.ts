import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A write to sysfs that has not ended; the kernel goes on with it, whatever becomes of who wrote. */
export class BlockedWriteError extends Error {
  constructor(file: string, limitMs: number) {
    super(`the kernel has not finished with a write to ${file} for ${limitMs / 1000} s`);
    this.name = 'BlockedWriteError';
  }
}

/**
 * Writes `text` to a file of sysfs. What drivers do is done within that write, and some wait in it without end, as
 * vfio-pci does for whoever has its function open. So another process writes, which can be left behind.
 * @throws BlockedWriteError; Error with the reason of the kernel.
 */
export async function writeBounded(file: string, text: string, limitMs: number): Promise<void> {
  // Of all programs that write what they are given, it says with which error the kernel refused.
  const writer = spawn('tee', [file], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const controller = new AbortController();
  const outcome = await Promise.race([
    complete(writer, text),
    sleep(limitMs, 'blocked' as const, { signal: controller.signal }).catch(() => 'blocked' as const),
  ]);
  controller.abort();
  if (outcome === 'blocked') {
    abandon(writer);
    throw new BlockedWriteError(file, limitMs);
  }
  if (outcome !== null) throw new Error(outcome);
}

/** @returns null when all was written, else why not. */
async function complete(writer: ChildProcess, text: string): Promise<string | null> {
  const said: Buffer[] = [];
  writer.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  // A writer that could not open the file is gone before it reads.
  writer.stdin?.on('error', () => {});
  writer.stdin?.end(text);
  try {
    const [code] = await once(writer, 'close');
    return code === 0
      ? null
      : `${Buffer.concat(said)}`.trim().replace(/^tee: /, '') || `tee ended with ${code}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** It must not keep this process from ending. */
function abandon(writer: ChildProcess): void {
  writer.kill('SIGKILL');
  writer.stdin?.destroy();
  writer.stderr?.destroy();
  writer.unref();
}
