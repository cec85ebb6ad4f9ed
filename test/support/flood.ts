import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { bundleOptions } from '../../packages/guest/bundle.mjs';
import { floodLine, floodLines } from '../../packages/guest/src/testing/flood-line.ts';

/** A program for a kit, in place of its agent, that sends a log of so many bytes. */
export async function buildFlood(bytes: number): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, '../../packages/guest/src/testing/flood.ts')],
    define: { FLOOD_BYTES: String(bytes) },
    ...bundleOptions,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

export function sentDigest(bytes: number): string {
  const hash = createHash('sha256');
  for (let index = 0; index < floodLines(bytes); index++) hash.update(`${floodLine(index)}\n`);
  return hash.digest('hex');
}

/** Digest of the log lines that a run kept of a guest, in order. */
export async function keptDigest(eventsFile: string, guest: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const line of createInterface({ input: createReadStream(eventsFile) })) {
    const event = JSON.parse(line);
    if (event.type === 'guest-log' && event.guest === guest && event.level === 'info')
      hash.update(`${event.text}\n`);
  }
  return hash.digest('hex');
}

/** The most memory a process had resident so far, in MiB; null when it is gone. */
export function peakMemoryMiB(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kib] = /^VmHWM:\s*(\d+) kB/m.exec(status) ?? [];
    // One that has ended, and was not waited for, has no memory.
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}
