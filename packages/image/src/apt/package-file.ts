/** One .deb as a signed index describes it. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Name apt gives the downloaded file. */
  readonly file: string;
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
}

const URI_LINE =
  /^'[^']+' (?<file>[^_/\s]+_[^_/\s]+_[a-z0-9]+\.deb) (?<size>\d+) SHA256:(?<sha256>[0-9a-f]{64})$/;

/**
 * Reads what `apt-get --print-uris` prints: `'URI' FILE SIZE SHA256:HEX`, one package a line.
 *
 * @throws RangeError on a line of another shape, so that a package is never dropped without a word.
 */
export function parsePrintUris(output: string): PackageFile[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => {
      const groups = URI_LINE.exec(line.trimEnd())?.groups;
      const { file, size, sha256 } = groups ?? {};
      if (!file || !size || !sha256) throw new RangeError(`Not a package apt printed: ${line}`);
      const [name = '', version = '', architecture = ''] = file.slice(0, -'.deb'.length).split('_');
      return {
        name,
        version: decodeURIComponent(version),
        architecture,
        file,
        size: Number(size),
        sha256,
      };
    });
}

/** How `apt-get download` is told to fetch exactly this one. */
export function packageSpec({ name, architecture, version }: PackageFile): string {
  return architecture === 'all' ? `${name}=${version}` : `${name}:${architecture}=${version}`;
}

/**
 * The kernel release a meta package stands for, from its record: `Depends: linux-image-6.12.118+deb13-arm64 (= …)`
 * gives `6.12.118+deb13-arm64`; null if it names none.
 */
export function kernelReleaseOf(record: string): string | null {
  const depends = /^Depends:(?<list>.*)$/m.exec(record)?.groups?.['list'] ?? '';
  return /\blinux-image-(?<release>\d[^\s,(:]*)/.exec(depends)?.groups?.['release'] ?? null;
}
