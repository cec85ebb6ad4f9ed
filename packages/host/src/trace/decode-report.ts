import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, usageError } from '@coordinator/base/errors';
import { type Report, slotOf } from '@coordinator/shared/report';
import { decodeFrames } from './decode.ts';

export interface VmlinuxOptions {
  /** The vmlinux of all guests' kernel. Absent: that of the build tree that `kernel` names. */
  readonly vmlinux?: string;
  readonly kernel?: readonly string[];
  /** Where set-up keeps what it made. */
  readonly cache?: string;
}

/** @throws CoordinatorError (usage) for what is no file */
export function checkVmlinux(path: string | undefined): void {
  if (path !== undefined && !isFile(path))
    throw usageError(`--vmlinux ${path} is no file`, 'name the vmlinux of the kernel');
}

/**
 * A report whose traces say which lines of the kernel's sources they are of: `name+0x1c/0x40 (file:line)`.
 * What cannot be looked up stays as it was. Never rejects.
 */
export async function decodeReport(
  report: Report,
  options: VmlinuxOptions,
  warn: (sentence: string) => void,
): Promise<Report> {
  const files = new Map(
    report.guests.map((guest) => [guest, guest.trace && vmlinuxOf(guest.id, report, options)]),
  );
  const guests = [...report.guests];
  for (const vmlinux of new Set(files.values())) {
    if (vmlinux === undefined) continue;
    const mine = report.guests.filter((guest) => files.get(guest) === vmlinux);
    try {
      const places = await decodeFrames(
        vmlinux,
        mine.map(({ trace = [] }) => trace),
        options.cache,
      );
      for (const guest of mine) {
        const trace = (guest.trace ?? []).map((text) =>
          places.has(text) ? `${text} (${places.get(text)})` : text,
        );
        guests[guests.indexOf(guest)] = { ...guest, trace };
      }
    } catch (error) {
      warn(messageOf(error));
    }
  }
  return { ...report, guests };
}

function vmlinuxOf(
  id: string,
  { kernels = [] }: Report,
  { vmlinux, kernel = [] }: VmlinuxOptions,
): string | undefined {
  if (vmlinux !== undefined) return resolve(vmlinux);
  const [only] = kernel.length === 1 ? kernel : [];
  const tree = kernels.find(({ guests }) => guests.includes(slotOf(id)))?.name ?? only;
  const found = tree === undefined ? undefined : resolve(join(tree, 'vmlinux'));
  return found !== undefined && isFile(found) ? found : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
