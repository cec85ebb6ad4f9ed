import { realpath, stat } from 'node:fs/promises';
import { QEMU_PROGRAM } from '@coordinator/shared/vmm';
import type { Cache } from '../cache/cache.ts';
import { hashValue } from '../cache/hash.ts';
import { readSealed, writeSealed } from '../cache/sealed-file.ts';
import { run } from '../process/run.ts';

/** The first QEMU whose vfio-user client is complete. */
export const OLDEST_QEMU = [10, 1] as const;

/** What a QEMU says about itself. */
export type QemuProbe = {
  /** "11.1.3", or null if it did not say. */
  readonly version: string | null;
  readonly vfioUser: boolean;
};

/** From the first line of `-version`: "QEMU emulator version 11.1.3 (Debian …)". */
export function parseQemuVersion(output: string): string | null {
  return /QEMU emulator version (?<version>\d+\.\d+(\.\d+)?)/.exec(output)?.groups?.['version'] ?? null;
}

/** Why this QEMU cannot be used, as the end of a sentence that begins with its path; null if it can. */
export function unsuitability({ version, vfioUser }: QemuProbe): string | null {
  if (!version) return 'does not answer -version as QEMU does';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_QEMU;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    return `is version ${version}; ${OLDEST_QEMU.join('.')} or newer is needed`;
  }
  return vfioUser ? null : 'was built without the device vfio-user-pci';
}

/**
 * Asks a QEMU for its version and devices; the answer is kept in the cache for as long as the file does not change,
 * since asking takes longer than a warm start may.
 */
export async function probeQemu(
  path: string,
  cache: Cache,
  signal: AbortSignal | undefined,
): Promise<QemuProbe> {
  const file = await realpath(path);
  const { size, mtimeMs } = await stat(file);
  const known = cache.path(`qemu-${hashValue([file, size, mtimeMs]).slice(0, 16)}.json`);
  const earlier = await readSealed<QemuProbe>(known);
  if (earlier) return earlier;
  const probe = await askQemu([path], signal);
  // A cache that cannot be written is no reason to refuse a QEMU.
  await writeSealed(known, probe).catch(() => {});
  return probe;
}

/** Runs `command -version` and `command -device help`. */
export async function askQemu(
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<QemuProbe> {
  const [file = QEMU_PROGRAM, ...args] = command;
  const options = { purpose: 'ask QEMU for its version', code: 'qemu-unusable', remedy: '', signal } as const;
  const ask = async (...question: string[]): Promise<string> => {
    try {
      return (await run(file, [...args, ...question], options)).toString('utf8');
    } catch {
      signal?.throwIfAborted();
      return '';
    }
  };
  const [version, devices] = await Promise.all([ask('-version'), ask('-M', 'none', '-device', 'help')]);
  return { version: parseQemuVersion(version), vfioUser: devices.includes('"vfio-user-pci"') };
}
