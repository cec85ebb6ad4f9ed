import { readFile } from 'node:fs/promises';
import { findInPath } from '@coordinator/base/programs';
import { SetUpError } from '../errors.ts';
import { run } from '../process/run.ts';
import { HOST_ARCHITECTURES, type HostArchitecture } from './debian.ts';

/** The programs fetching and unpacking need; all of them are on every Debian and Ubuntu machine. */
const PROGRAMS = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'] as const;

/**
 * @throws SetUpError 'no-apt' where packages cannot be fetched.
 * @param needed what they are needed for, for the message.
 */
export async function checkAptHost(needed: readonly string[]): Promise<void> {
  for (const program of PROGRAMS) {
    if (findInPath(program)) continue;
    throw new SetUpError(
      'no-apt',
      `This machine has no ${program}, which set-up needs to get ${needed.join(', ')}.`,
      {
        remedy:
          'Run "coordinator setup" on a Debian or Ubuntu machine of the same architecture (a container will do) and ' +
          'copy its cache folder here (~/.cache/coordinator). With --qemu, --kernel and --initrd of your own only the ' +
          'guest kit (qjs, the smmute tool and module, the agent) has to come from there.',
      },
    );
  }
}

/** @throws SetUpError 'host-unsupported' on a machine Debian has no tools for. */
export function hostArchitecture(arch: NodeJS.Architecture = process.arch): HostArchitecture {
  const found = HOST_ARCHITECTURES[arch as keyof typeof HOST_ARCHITECTURES];
  if (found) return found;
  throw new SetUpError('host-unsupported', `Set-up runs on x86-64 and arm64 machines; this one is ${arch}.`, {
    remedy: 'Use an x86-64 or arm64 Linux machine.',
  });
}

/** Whether the host is Debian itself, not a derivative. */
export async function isDebian(osRelease = '/etc/os-release'): Promise<boolean> {
  const text = await readFile(osRelease, 'utf8').catch(() => '');
  return /^ID="?debian"?$/m.test(text);
}

/** What the host's own sources are, for mirrorsToTry(). Empty if apt cannot tell. */
export async function hostTargets(signal: AbortSignal | undefined): Promise<string> {
  const args = ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'];
  try {
    const options = { purpose: "read the host's sources", code: 'no-apt', remedy: '', signal } as const;
    return (await run('apt-get', args, options)).toString('utf8');
  } catch {
    signal?.throwIfAborted();
    return '';
  }
}
