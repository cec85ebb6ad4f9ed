import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A disk of its own, in memory. Mounting takes root rights, which are not everywhere enough (containers). */
class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'small-disk-'));

  /** @param size as tmpfs(5) has it: "64k" @throws Error where nothing may be mounted. */
  constructor(size: string) {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', this.path], { stdio: 'pipe' });
    } catch (error) {
      rmSync(this.path, { recursive: true });
      throw error;
    }
  }

  remove(): void {
    execFileSync('umount', [this.path]);
    rmSync(this.path, { recursive: true });
  }
}

/** Whether this process may have one. */
export function canHaveSmallDisk(): boolean {
  try {
    new SmallDisk('1m').remove();
    return true;
  } catch {
    return false;
  }
}

/** One for each test of a suite, gone when that has ended. */
export function useSmallDisk(size: string): { readonly path: string } {
  let disk: SmallDisk | null = null;
  beforeEach(() => {
    disk = new SmallDisk(size);
  });
  afterEach(() => disk?.remove());
  return {
    get path(): string {
      if (disk === null) throw new Error('no test runs');
      return disk.path;
    },
  };
}
