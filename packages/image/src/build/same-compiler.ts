import { findInPath } from '@coordinator/base/programs';
import type { KernelCompiler } from '../kernel/config.ts';
import { run } from '../process/run.ts';
import { Chroot } from './chroot.ts';
import { isBuiltInPlace } from './module-headers.ts';

/**
 * Whether a tree was built by the compiler of an unpacked tree of tools, and not by this machine's: its flags and its
 * own programs are for that, as of a kernel that was built here or on another Debian.
 * @param compiler what made the kernel
 * @param tools folder of the tools
 */
export async function isBuiltByTools(
  tree: string,
  compiler: KernelCompiler | null,
  tools: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (compiler === null || compiler.isClang || !isBuiltInPlace(tree)) return false;
  const { command, version } = compiler;
  const purpose = `ask ${command} for its version`;
  const options = { purpose, code: 'build-failed', remedy: 'Install it again.', signal } as const;
  if (findInPath(command) && firstLine(await run(command, ['--version'], options)) === version) return false;
  const chroot = await Chroot.open(tools, signal);
  const shell = ['/usr/bin/sh', '-c', '"$0" --version 2>/dev/null || :', command];
  return firstLine(await chroot.run(shell, purpose)) === version;
}

const firstLine = (output: Buffer): string => output.toString('utf8').split('\n', 1)[0] ?? '';
