import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { execa } from 'execa';
import { withoutBuildFolder } from './build-folder.ts';
import { parseFrame, SymbolSearch } from './frame.ts';
import { findBinaryTools } from './tools.ts';

/** A kernel with all that debuggers want has hundreds of megabytes. */
const TIMEOUT_MS = 180_000;

/**
 * Says of frames of a kernel which line of its sources they are of.
 * @param vmlinux the kernel with what debuggers want, as its build leaves it
 * @param traces of guests, each with the innermost function first: of the others the call is what is looked up, which is
 *   before the address they go on at
 * @param cache where set-up keeps what it made, if that is not the usual place
 * @returns `file:line` by frame; nothing for those that are not of this kernel
 * @throws CoordinatorError when there is no addr2line, or it cannot read the file
 */
export async function decodeFrames(
  vmlinux: string,
  traces: ReadonlyArray<readonly string[]>,
  cache?: string,
): Promise<ReadonlyMap<string, string>> {
  const innermost = new Set(traces.flatMap(([first]) => first ?? []));
  const known = [...new Set(traces.flat())].flatMap((text) => {
    const frame = parseFrame(text);
    return frame ? [{ text, frame }] : [];
  });
  if (known.length === 0) return new Map();
  const { nm, addr2line } = await findBinaryTools(cache);
  try {
    const search = new SymbolSearch(known.map(({ frame }) => frame));
    const [nmProgram, ...nmArguments] = nm;
    const symbols = execa(nmProgram, [...nmArguments, '-n', vmlinux], {
      timeout: TIMEOUT_MS,
      buffer: { stdout: false },
    });
    for await (const line of createInterface(symbols.stdout)) search.push(line);
    await symbols;
    const placed = known.flatMap(({ text, frame }) => {
      const isCall = !innermost.has(text) && frame.offset > 0;
      const address = search.addressOf(frame, isCall ? 1 : 0);
      return address === null ? [] : [{ text, address }];
    });
    if (placed.length === 0) return new Map();
    const asked = placed.map(({ address }) => address).join('\n');
    const [program, ...before] = addr2line;
    const { stdout } = await execa(program, [...before, '-e', vmlinux], {
      input: asked,
      timeout: TIMEOUT_MS,
    });
    const places = stdout.split('\n');
    const found = new Map(
      placed.flatMap(({ text }, index) => {
        const place = placeOf(places[index] ?? '', dirname(vmlinux));
        return place === null ? [] : [[text, place] as const];
      }),
    );
    return withoutBuildFolder(found);
  } catch (error) {
    throw new CoordinatorError(
      `the traces cannot be looked up in ${vmlinux}: ${messageOf(error).split('\n')[0]}`,
      {
        remedy: 'give the vmlinux of the kernel that ran, as its build leaves it',
        cause: error,
      },
    );
  }
}

/** `file:line`, without the folder it was built in; null where it is not known. */
function placeOf(line: string, folder: string): string | null {
  const [, file, number] = /^(.+):(\d+)(?: \(discriminator \d+\))?$/.exec(line) ?? [];
  if (file === undefined || file === '??') return null;
  return `${file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file}:${number}`;
}
