import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { usageError } from '@coordinator/base/errors';

const REMEDY = 'build kvmtool for it and give its path with --lkvm PATH or $COORDINATOR_LKVM';

/** ELF's e_machine, at byte 18 (Tool Interface Standard, ELF 1.2; ELF for the Arm 64-bit architecture). */
const MACHINE_OFFSET = 18;
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'x86'],
  [40, '32-bit Arm'],
  [62, 'x86-64'],
  [183, 'arm64'],
  [243, 'RISC-V'],
]);
const ARM64 = 183;
/** What every build of kvmtool has in it, to say it at the end. */
const OWN_WORDS = 'KVM session ended normally';

/**
 * Looks at a program that is said to be kvmtool for arm64, without running it: where it is to run may be elsewhere.
 * What is no ELF file, such as a script that starts the real one, is taken for what it is said to be.
 * @param place where it is to run, for people: "this machine".
 * @throws CoordinatorError (usage)
 */
export function checkLkvmProgram(path: string, place: string): void {
  const problem = problemOf(path, place);
  if (problem !== null) throw usageError(`${path} ${problem}`, REMEDY);
}

function problemOf(path: string, place: string): string | null {
  let content: Buffer;
  try {
    if (!statSync(path).isFile()) return 'is no file, so it is no kvmtool';
    accessSync(path, constants.X_OK);
    content = readFileSync(path);
  } catch (error) {
    return describeAccess(error);
  }
  if (!content.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'))) {
    return content.subarray(0, 2).toString('latin1') === '#!' ? null : 'is no program that can be run';
  }
  const machine = content.length < MACHINE_OFFSET + 2 ? 0 : content.readUInt16LE(MACHINE_OFFSET);
  if (machine !== ARM64)
    return `is a program for ${MACHINES.get(machine) ?? 'another machine'}, and ${place} runs those for arm64`;
  return content.includes(OWN_WORDS) ? null : 'is no kvmtool';
}

function describeAccess(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
  return code === 'EACCES'
    ? 'is no program that can be run: permission denied'
    : `cannot be read: ${message}`;
}
