/**
 * What libkmod, and with it lspci, asks for of a kernel of which no module is to be found: five indexes with nothing in
 * them. kmod's libkmod/libkmod-index.c: magic, version, offset of the root, each 32 bits big-endian; no root is 0.
 */
const EMPTY_INDEX = Buffer.from('b007f4570002000100000000', 'hex');
const INDEXES = ['dep', 'alias', 'symbols', 'builtin', 'builtin.alias'];

/** Paths below /lib/modules, for a kernel's release, and what is in these files. */
export const noModules = (release: string): readonly (readonly [path: string, content: Buffer])[] =>
  INDEXES.map((name) => [`${release}/modules.${name}.bin`, EMPTY_INDEX]);
