import { CoordinatorError } from '@coordinator/base/errors';
import { findInPath } from '@coordinator/base/programs';

/** How nm and addr2line are called here: a program, and what comes before its own arguments. */
export type BinaryTools = Readonly<Record<'nm' | 'addr2line', readonly [string, ...string[]]>>;

/** What binutils for arm64, LLVM, and binutils for many machines call themselves. */
const PREFIXES = ['aarch64-linux-gnu-', 'llvm-', ''];

/**
 * The first of these that $PATH has, else those beside the compiler that set-up fetched.
 * @param cache where set-up keeps what it made, if that is not the usual place
 * @throws CoordinatorError when there are none
 */
export async function findBinaryTools(cache?: string): Promise<BinaryTools> {
  const prefix = PREFIXES.find((one) => ['nm', 'addr2line'].every((tool) => findInPath(one + tool) !== null));
  if (prefix !== undefined) return { nm: [`${prefix}nm`], addr2line: [`${prefix}addr2line`] };
  const { findSdk } = await import('@coordinator/image');
  const sdk = await findSdk(cache);
  if (sdk) {
    const of = (tool: string) => sdk.command(`usr/bin/aarch64-linux-gnu-${tool}`);
    return { nm: of('nm'), addr2line: of('addr2line') };
  }
  throw new CoordinatorError('there is no addr2line to look traces up with', {
    remedy: 'run coordinator setup, or install binutils-aarch64-linux-gnu or llvm',
  });
}
