import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunOptions, run } from '../process/run.ts';
import { GUEST_ARCHITECTURE } from './debian.ts';

/**
 * An apt of our own beside the system's: its own lists, state and sources, while proxies, credentials and the like
 * come from the host's configuration. Needs no root rights and changes nothing outside its folder.
 */
export class PrivateRoot {
  readonly directory: string;
  readonly #options: readonly string[];

  private constructor(directory: string, options: readonly string[]) {
    this.directory = directory;
    this.#options = options;
  }

  /** Makes the folder, or takes up the one an interrupted set-up left. */
  static async open(directory: string, hostArchitecture: string): Promise<PrivateRoot> {
    await mkdir(join(directory, 'state/lists/partial'), { recursive: true });
    await mkdir(join(directory, 'cache/archives/partial'), { recursive: true });
    await writeFile(join(directory, 'status'), '');
    const configuration = join(directory, 'apt.conf');
    await writeFile(configuration, configurationFile(directory, hostArchitecture));
    return new PrivateRoot(directory, ['-c', configuration]);
  }

  /** Replaces the sources; see sourcesFile(). */
  async setSources(content: string): Promise<void> {
    await writeFile(sourcesPath(this.directory), content);
  }

  /** Removes the one in `directory`, if there is one: 100 MB of lists that are out of date by the next time. */
  static async remove(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true });
  }

  /** Runs apt-get, apt-cache and the like in this root. */
  async run(program: string, args: readonly string[], options: RunOptions): Promise<Buffer> {
    return run(program, [...this.#options, ...args], { writesTo: this.directory, ...options });
  }
}

function sourcesPath(directory: string): string {
  // apt tells the format by the name's ending.
  return join(directory, 'debian.sources');
}

/**
 * Read after the host's own configuration (`-c`), so that it has the last word. Signatures are verified whatever
 * the host allows; hooks of the host are left out, as they are about its own packages.
 */
export function configurationFile(directory: string, hostArchitecture: string): string {
  const architectures = [...new Set([hostArchitecture, GUEST_ARCHITECTURE])];
  const settings: readonly (readonly [string, string])[] = [
    ['Dir::State', join(directory, 'state')],
    ['Dir::State::lists', 'lists'],
    ['Dir::State::status', join(directory, 'status')],
    ['Dir::Cache', join(directory, 'cache')],
    ['Dir::Cache::archives', 'archives'],
    // apt's parsed index, which container images switch off; the queries after the first take a tenth of the time.
    ['Dir::Cache::pkgcache', 'pkgcache.bin'],
    ['Dir::Cache::srcpkgcache', 'srcpkgcache.bin'],
    ['Dir::Etc::sourcelist', sourcesPath(directory)],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::Etc::preferences', '/dev/null'],
    ['Dir::Etc::preferencesparts', '/dev/null'],
    ['APT::Architecture', hostArchitecture],
    ['APT::Default-Release', ''],
    ['APT::Install-Recommends', 'false'],
    ['APT::Install-Suggests', 'false'],
    // The unprivileged user apt would switch to as root cannot write to the user's cache.
    ['APT::Sandbox::User', 'root'],
    ['APT::Get::AllowUnauthenticated', 'false'],
    ['Acquire::AllowInsecureRepositories', 'false'],
    ['Acquire::AllowWeakRepositories', 'false'],
    ['Acquire::AllowDowngradeToInsecureRepositories', 'false'],
    ['Acquire::Languages', 'none'],
    ['Acquire::GzipIndexes', 'false'],
    ['Acquire::Retries', '3'],
  ];
  const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
  return [
    ...['APT::Architectures', 'APT::Default-Release', ...hooks].map((name) => `#clear ${name};`),
    ...settings.map(([name, value]) => `${name} ${quote(value)};`),
    `APT::Architectures { ${architectures.map((name) => `${quote(name)};`).join(' ')} };`,
    '',
  ].join('\n');
}

function quote(value: string): string {
  if (value.includes('"') || value.includes('\n')) throw new RangeError(`apt cannot use the path ${value}`);
  return `"${value}"`;
}
