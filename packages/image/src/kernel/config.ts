/** A kernel's configuration: `y`, `m`, or the value as it is written, by the option with its `CONFIG_`. */
export type KernelConfig = ReadonlyMap<string, string>;

const LINE = /^(?<option>CONFIG_\w+)=(?<value>.*)$/gm;

/** Reads `.config`, `/boot/config-RELEASE` or `include/config/auto.conf`: what is not set is not in it. */
export function parseKernelConfig(text: string): KernelConfig {
  return new Map(
    [...text.matchAll(LINE)].map(({ groups }) => [groups?.['option'] ?? '', groups?.['value'] ?? '']),
  );
}

/** Which compiler made a kernel, from CONFIG_CC_VERSION_TEXT; null where it does not tell. */
export interface KernelCompiler {
  /** As it was called: `aarch64-linux-gnu-gcc`, `gcc-14`, `clang`. */
  readonly command: string;
  readonly isClang: boolean;
  /** Its first line of `--version`, for people. */
  readonly version: string;
}

/**
 * `"aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"` names the command first; of clang it is the version alone
 * ("Debian clang version 14.0.6").
 */
export function compilerOf(config: KernelConfig): KernelCompiler | null {
  const version = config.get('CONFIG_CC_VERSION_TEXT')?.replace(/^"|"$/g, '');
  if (!version) return null;
  const isClang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  const [command = ''] = version.split(' ');
  return { command: isClang ? 'clang' : command, isClang, version };
}
