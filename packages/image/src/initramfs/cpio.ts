/**
 * The "newc" cpio format the kernel unpacks an initramfs from, as described in the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst. Output depends on the entries only: no clock, no
 * owner, no inode of the building machine is in it, so that the same inputs give the same bytes.
 */

/** One thing in the archive; `path` has no leading slash, its folders come before it. */
export type CpioEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number; readonly content: Uint8Array }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'character-device';
      readonly path: string;
      readonly mode?: number;
      readonly major: number;
      readonly minor: number;
    };

const FILE_TYPE = {
  directory: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  'character-device': 0o020000,
} as const;

const DEFAULT_MODE = { directory: 0o755, file: 0o644, symlink: 0o777, 'character-device': 0o600 } as const;

/** Header fields after the magic, in order; each is 8 hexadecimal digits. */
const HEADER_FIELDS = [
  'ino',
  'mode',
  'uid',
  'gid',
  'nlink',
  'mtime',
  'filesize',
  'devmajor',
  'devminor',
  'rdevmajor',
  'rdevminor',
  'namesize',
  'check',
] as const;

const MAGIC = '070701';
export const CPIO_HEADER_SIZE = MAGIC.length + HEADER_FIELDS.length * 8;
const TRAILER = 'TRAILER!!!';

type Header = Record<(typeof HEADER_FIELDS)[number], number>;

/**
 * Packs entries in the order given.
 *
 * @throws RangeError when a path is absolute, empty, repeated, or its folder has not come before it: the kernel
 * would drop such an entry without a word.
 */
export function packCpio(entries: readonly CpioEntry[]): Buffer {
  const chunks: Buffer[] = [];
  const directories = new Set(['']);
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    checkPath(entry.path, seen, directories);
    if (entry.kind === 'directory') directories.add(entry.path);
    const data = contentOf(entry);
    const device = entry.kind === 'character-device' ? entry : { major: 0, minor: 0 };
    chunks.push(
      record(entry.path, data, {
        ino: index + 1,
        mode: FILE_TYPE[entry.kind] | modeOf(entry),
        nlink: entry.kind === 'directory' ? 2 : 1,
        rdevmajor: device.major,
        rdevminor: device.minor,
      }),
    );
  }
  chunks.push(record(TRAILER, Buffer.alloc(0), { nlink: 1 }));
  return Buffer.concat(chunks);
}

function checkPath(path: string, seen: Set<string>, directories: ReadonlySet<string>): void {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  if (path === '' || path.startsWith('/') || path.includes('\0')) {
    throw new RangeError(`cpio: not a relative path: ${JSON.stringify(path)}`);
  }
  if (seen.has(path)) throw new RangeError(`cpio: ${path} is there twice`);
  if (!directories.has(parent)) throw new RangeError(`cpio: no folder ${parent} before ${path}`);
  seen.add(path);
}

function contentOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file')
    return Buffer.from(entry.content.buffer, entry.content.byteOffset, entry.content.length);
  if (entry.kind === 'symlink') return Buffer.from(entry.target);
  return Buffer.alloc(0);
}

function modeOf(entry: CpioEntry): number {
  return ('mode' in entry ? entry.mode : undefined) ?? DEFAULT_MODE[entry.kind];
}

function record(path: string, data: Buffer, fields: Partial<Header>): Buffer {
  const name = Buffer.from(`${path}\0`);
  const header: Partial<Header> = { ...fields, filesize: data.length, namesize: name.length };
  const text = HEADER_FIELDS.map((field) => (header[field] ?? 0).toString(16).padStart(8, '0')).join('');
  return Buffer.concat([padded(Buffer.concat([Buffer.from(MAGIC + text), name])), padded(data)]);
}

/** Names (with the header) and contents end on a 4-byte boundary. */
function padded(data: Buffer): Buffer {
  const rest = data.length % 4;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(4 - rest)]);
}
