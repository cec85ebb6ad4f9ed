import { closeSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { GIVEN_DESCRIPTOR } from '../child.ts';
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

/** Shared memory of a machine that is restored: what its VMM was given, see {@link RestoredMemory}. */
export function restoredMemory(memoryMiB: number): string[] {
  return savedMemory(memoryMiB, `/proc/self/fd/${GIVEN_DESCRIPTOR}`);
}

/**
 * Memory for a machine that is restored: a copy that is written before the machine has it, by system calls that take a
 * megabyte each. QEMU would read it page by page, each a page fault, which is ten times as long where those are dear.
 */
export class RestoredMemory {
  /** For the VMM's child. */
  readonly descriptor: number;

  private constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** @throws SystemCallError */
  static async make(memoryMiB: number): Promise<RestoredMemory> {
    // Loaded by those alone that restore a machine.
    const { createGuestMemory } = await import('@coordinator/vfio-user/guest-memory');
    return new RestoredMemory(createGuestMemory(memoryMiB * 2 ** 20));
  }

  /**
   * Writes it, and closes it: the VMM has its own. For a VMM that has been started.
   * @throws Error when the saved one is not whole; the file system's
   */
  async fill({ file: path, pieces }: SavedMemory): Promise<void> {
    const buffer = Buffer.allocUnsafe(SLICE_BYTES);
    try {
      const file = await open(path);
      try {
        for (const [at, length] of slicesOf(pieces)) {
          const bytes = readSync(file.fd, buffer, 0, length, at);
          if (bytes < length) throw new Error(`${path} ends at byte ${at + bytes}`);
          writeSync(this.descriptor, buffer, 0, length, at);
          // Others have something to do meanwhile.
          await setImmediate();
        }
      } finally {
        await file.close();
      }
    } finally {
      this.close();
    }
  }

  /** For one whose VMM could not be started. */
  close(): void {
    closeSync(this.descriptor);
  }
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
