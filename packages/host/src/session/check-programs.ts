import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { type CoordinatorError, messageOf, usageError } from '@coordinator/base/errors';
import { isProgram, type Plan, type ProgramStep } from '@coordinator/shared/plan';

/** e_ident and e_machine of an ELF file (elf.h): arm64, and what its kernels may run beside it. */
const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');
const E_MACHINE = 18;
const EM_ARM = 40;
const EM_AARCH64 = 183;
const ANY_EXECUTE = 0o111;

/**
 * Looks whether the programs that a plan's tests run are there, as far as that can be seen from here: those in the folder of
 * `--files`. What a guest has besides it finds out itself.
 * @throws CoordinatorError (usage)
 */
export function checkPrograms({ tests }: Plan, files: string | undefined): void {
  const folder = files === undefined ? null : checkFolder(files);
  for (const step of tests) {
    if (!isProgram(step) || !isBrought(step)) continue;
    const [program = ''] = step.command;
    if (folder === null)
      throw usageError(
        `test ${step.name} runs ${program}, and guests are brought no files`,
        'give the folder that it is in with --files DIR',
      );
    checkProgram(join(folder, program), step, folder);
  }
}

/** One without a slash is a program of the kit or the guest, and so is one with a whole path. */
const isBrought = ({ command: [program = ''] }: ProgramStep): boolean =>
  program.includes('/') && !program.startsWith('/');

function checkFolder(files: string): string {
  try {
    const folder = realpathSync(resolve(files));
    if (statSync(folder).isDirectory()) return folder;
  } catch (error) {
    throw usageError(`--files ${files} cannot be read: ${messageOf(error)}`, 'name a folder');
  }
  throw usageError(`--files ${files} is no folder`, 'name the folder that the programs are in');
}

function checkProgram(path: string, { name, command: [program = ''] }: ProgramStep, folder: string): void {
  const refuse = (what: string, remedy: string): CoordinatorError =>
    usageError(`test ${name} runs ${program}, ${what}`, remedy);
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    throw refuse(
      `which is not in ${folder}`,
      'mend the name in the plan, or name another folder with --files',
    );
  }
  if (!real.startsWith(`${folder}${sep}`))
    throw refuse('which is a link out of the folder of --files', 'guests see nothing else: copy it there');
  const status = statSync(real);
  if (!status.isFile()) throw refuse('which is no file', 'name a program');
  if ((status.mode & ANY_EXECUTE) === 0) throw refuse('which may not be executed', `run: chmod +x ${path}`);
  const head = readHead(real);
  if (head === null) throw refuse('which cannot be read', 'let this user read it');
  if (head.subarray(0, 2).toString('latin1') === '#!') return;
  if (!head.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC))
    throw refuse('which no kernel can execute', 'a script begins with #! and its interpreter: #!/bin/sh');
  if (![EM_ARM, EM_AARCH64].includes(head.readUInt16LE(E_MACHINE)))
    throw refuse('which is built for another processor', 'guests are arm64: build it for them, statically');
}

function readHead(path: string): Buffer | null {
  const head = Buffer.alloc(E_MACHINE + 2);
  try {
    const fd = openSync(path, 'r');
    try {
      readSync(fd, head, 0, head.length, 0);
      return head;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
