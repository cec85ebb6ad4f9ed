import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

/**
 * Lets apt-get be a shell script, the programs set-up looks for be there, and the mirror be named, until
 * vi.unstubAllEnvs(). `$2` is the private root's configuration; the sources stand beside it in debian.sources.
 *
 * @param folder for the programs.
 */
export async function scriptApt(folder: string, script: string): Promise<void> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const programs = { 'apt-get': `sources=$(dirname "$2")/debian.sources\n${script}`, 'apt-cache': 'exit 1' };
  for (const [name, content] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${content}\n`);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  vi.stubEnv('COORDINATOR_DEBIAN_MIRROR', 'http://127.0.0.1:9/debian');
}
