import { homedir } from 'node:os';
import { CoordinatorError, usageError } from '@coordinator/base/errors';
import { findInPath, isExecutable } from '@coordinator/base/programs';
import { execa } from 'execa';

/** Where kvmtool lies on Arm's reference platforms, and where people put it. */
const USUAL_PLACES = ['/mnt/kvmtool/lkvm', '/usr/local/bin/lkvm', '/usr/bin/lkvm', './lkvm'];

const REMEDY = 'build kvmtool and give its path with --lkvm PATH or $COORDINATOR_LKVM';

export interface Lkvm {
  readonly program: string;
  readonly version: string | null;
  readonly knowsDisableMte: boolean;
}

/**
 * Finds the user's kvmtool: no distribution brings one.
 * @throws CoordinatorError when there is none.
 */
export async function findLkvm(option: string | undefined): Promise<Lkvm> {
  // kvmtool keeps its instances in $HOME/.lkvm, and a host without a login may have no HOME.
  process.env['HOME'] ??= homedir();
  const named = option ?? process.env['COORDINATOR_LKVM'];
  if (named !== undefined && !isExecutable(named))
    throw usageError(`${named} is no program that can be run`, REMEDY);
  const program = named ?? findInPath('lkvm') ?? USUAL_PLACES.find(isExecutable);
  if (!program) throw new CoordinatorError('kvmtool (lkvm) was not found', { remedy: REMEDY });
  const help = await execa(program, ['run', '--help'], { reject: false, all: true, timeout: 5000 });
  const version = await execa(program, ['version'], { reject: false, timeout: 5000 });
  return {
    program,
    version: /(\d+\.\d+\S*)/.exec(version.stdout ?? '')?.[1] ?? null,
    knowsDisableMte: /--disable-mte/.test(help.all ?? ''),
  };
}
