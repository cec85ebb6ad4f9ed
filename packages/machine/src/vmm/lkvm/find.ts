import { CoordinatorError, usageError } from '@coordinator/base/errors';
import { findInPath, isExecutable } from '@coordinator/base/programs';
import { homeFolder } from '@coordinator/base/user';
import { checkLkvmProgram } from './program.ts';

/** Where kvmtool lies on Arm's reference platforms, and where people put it. */
const USUAL_PLACES = ['/mnt/kvmtool/lkvm', '/usr/local/bin/lkvm', '/usr/bin/lkvm', './lkvm'];

const REMEDY = 'build kvmtool and give its path with --lkvm PATH or $COORDINATOR_LKVM';

export interface Lkvm {
  readonly program: string;
  readonly version: string | null;
  readonly knowsDisableMte: boolean;
}

/** What the user says kvmtool is: an option, or the environment. */
export function namedLkvm(option: string | undefined): string | undefined {
  return option ?? (process.env['COORDINATOR_LKVM'] || undefined);
}

/**
 * Finds the user's kvmtool, which is to run here: no distribution brings one.
 * @throws CoordinatorError when there is none.
 */
export async function findLkvm(option: string | undefined): Promise<Lkvm> {
  // kvmtool keeps its instances in $HOME/.lkvm, and a host without a login may have no HOME.
  process.env['HOME'] ??= homeFolder();
  const named = namedLkvm(option);
  if (named !== undefined) checkLkvmProgram(named, 'this machine');
  const program = named ?? findInPath('lkvm') ?? USUAL_PLACES.find(isExecutable);
  if (!program) throw new CoordinatorError('kvmtool (lkvm) was not found', { remedy: REMEDY });
  const { execa } = await import('execa');
  const version = await execa(program, ['version'], { reject: false, timeout: 5000 });
  // builtin-version.c: "kvm tool 3.18.0"
  const said = /^\s*(?:# )?kvm ?tool\s+v?(\S+)/im.exec(`${version.stdout ?? ''}\n${version.stderr ?? ''}`);
  if (!said)
    throw usageError(`${program} does not answer as kvmtool does when it is asked for its version`, REMEDY);
  const help = await execa(program, ['run', '--help'], { reject: false, all: true, timeout: 5000 });
  return {
    program,
    version: said[1] ?? null,
    knowsDisableMte: /--disable-mte/.test(help.all ?? ''),
  };
}
