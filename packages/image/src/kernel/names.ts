/** What asks for Debian's own kernel, where others are asked for beside it. */
export const USUAL_KERNEL = 'debian';
/** In front of a version of Debian's. */
export const DEBIAN_PREFIX = 'debian:';
/** In front of a version that is built from Debian's source of it: `source:7.3+small+kasan`. */
export const SOURCE_PREFIX = 'source:';

const PREFIXES = [DEBIAN_PREFIX, SOURCE_PREFIX] as const;

/** Whether a kernel is asked for by a name, which stays what it is, and by no file or folder. */
export const isNamedKernel = (asked: string): boolean =>
  asked === USUAL_KERNEL || PREFIXES.some((prefix) => asked.startsWith(prefix));

/** Whether it has to be compiled. */
export const isBuiltKernel = (asked: string): boolean => asked.startsWith(SOURCE_PREFIX);
