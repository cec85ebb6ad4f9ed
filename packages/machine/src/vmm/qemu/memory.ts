import { readdirSync, readlinkSync, readSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { escapeValue } from './devices.ts';

/** A machine that was saved. */
export interface SavedState {
  /** The file that QEMU wrote: all but its memory, if that is another file. */
  readonly state: string;
  /** Its memory, of one that shares it; null where that is in what QEMU wrote. */
  readonly memory: SavedMemory | null;
}

export interface SavedMemory {
  /** For the most part holes, which are zeros. */
  readonly file: string;
  /** Where it is none: first byte and length of each piece. */
  readonly pieces: readonly (readonly [at: number, length: number])[];
}

/** For QEMU's `-machine`: its memory is what one of the following says. */
export const MEMORY_BACKEND = 'memory-backend=mem';
const SLICE_BYTES = 1 << 20;

/** Memory that is shared and sealed, so that it can be handed to the device server, which then does DMA by itself. */
export function sealedMemory(memoryMiB: number): string[] {
  return ['-object', `memory-backend-memfd,id=mem,size=${memoryMiB}M,share=on`];
}

/** Memory of a machine that is to be saved: a file, which QEMU makes. */
export function savedMemory(memoryMiB: number, file: string): string[] {
  const path = escapeValue(file);
  return ['-object', `memory-backend-file,id=mem,size=${memoryMiB}M,share=on,mem-path=${path}`];
}

/**
 * Writes what was saved to the memory of a machine that is to be restored, from outside: by system calls that take a megabyte
 * each. QEMU would read it page by page, each a page fault, which is ten times as long where those are dear.
 * @param pid of a QEMU with {@link sealedMemory} that answers, and has not been told to restore anything
 * @throws Error when it has no such memory, or the saved one is not whole; the file system's
 */
export async function fillMemory(
  pid: number,
  memoryMiB: number,
  { file: path, pieces }: SavedMemory,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(SLICE_BYTES);
  const memory = await open(findMemory(pid, memoryMiB), 'r+');
  try {
    const file = await open(path);
    try {
      for (const [at, length] of slicesOf(pieces)) {
        const bytes = readSync(file.fd, buffer, 0, length, at);
        if (bytes < length) throw new Error(`${path} ends at byte ${at + bytes}`);
        writeSync(memory.fd, buffer, 0, length, at);
        // Others have something to do meanwhile.
        await setImmediate();
      }
    } finally {
      await file.close();
    }
  } finally {
    await memory.close();
  }
}

/** Where a process has a memory file of that size, memfd_create(2); it has a name in proc_pid_fd(5) alone. */
function findMemory(pid: number, memoryMiB: number): string {
  const folder = `/proc/${pid}/fd`;
  const found = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((path) => {
      // What was closed meanwhile is none.
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.size === memoryMiB * 2 ** 20 && readlinkSync(path).startsWith('/memfd:');
    });
  if (found === undefined) throw new Error(`process ${pid} has no memory file of ${memoryMiB} MiB`);
  return found;
}

/** The same bytes, in pieces as large as a slice may be. */
function* slicesOf(pieces: SavedMemory['pieces']): Generator<readonly [at: number, length: number]> {
  let [start, end] = [0, 0];
  for (const [at, length] of pieces) {
    if (at === end && at + length - start <= SLICE_BYTES) {
      end = at + length;
      continue;
    }
    if (end > start) yield [start, end - start];
    [start, end] = [at, at + length];
  }
  if (end > start) yield [start, end - start];
}
