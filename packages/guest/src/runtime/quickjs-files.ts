import type { QuickJsOs, QuickJsStd } from '@coordinator/shared/quickjs';
import { splitDeviceNumber } from './device-number.ts';
import { type AppendFile, FileError, type FileStatus, type Files, type ReadFile } from './runtime.ts';

const COPY_BYTES = 256 * 1024;
const EEXIST = 17;
const ANY_EXECUTE = 0o111;

export class QuickJsFiles implements Files {
  readonly #std: QuickJsStd;
  readonly #os: QuickJsOs;

  constructor(std: QuickJsStd, os: QuickJsOs) {
    this.#std = std;
    this.#os = os;
  }

  readText(path: string, maxBytes = 1 << 20): string {
    const error: { errno?: number } = {};
    const file = this.#std.open(path, 'r', error);
    if (!file) throw this.#error('open', path, error.errno ?? 0);
    try {
      return file.readAsString(maxBytes);
    } finally {
      file.close();
    }
  }

  readLink(path: string): string | null {
    const [target, errno] = this.#os.readlink(path);
    return errno === 0 ? target : null;
  }

  list(folder: string): readonly string[] {
    const [names, errno] = this.#os.readdir(folder);
    return errno === 0 ? names.filter((name) => name !== '.' && name !== '..').sort() : [];
  }

  stat(path: string): FileStatus | null {
    const [status] = this.#os.stat(path);
    if (!status) return null;
    const type = status.mode & this.#os.S_IFMT;
    return {
      kind:
        type === this.#os.S_IFREG
          ? 'file'
          : type === this.#os.S_IFDIR
            ? 'folder'
            : type === this.#os.S_IFCHR
              ? 'character-device'
              : 'other',
      executable: (status.mode & ANY_EXECUTE) !== 0,
      ...splitDeviceNumber(status.rdev),
    };
  }

  makeFolder(path: string): void {
    for (let slash = path.indexOf('/', 1); ; slash = path.indexOf('/', slash + 1)) {
      const part = slash === -1 ? path : path.slice(0, slash);
      const returned = this.#os.mkdir(part, 0o755);
      if (returned < 0 && returned !== -EEXIST && !this.stat(part)) {
        throw this.#error('make the folder', part, -returned);
      }
      if (slash === -1) return;
    }
  }

  write(path: string, content: string | Uint8Array): void {
    if (typeof content === 'string') {
      const error: { errno?: number } = {};
      const file = this.#std.open(path, 'w', error);
      if (!file) throw this.#error('create', path, error.errno ?? 0);
      file.puts(content);
      const returned = file.close();
      if (returned < 0) throw this.#error('write', path, -returned);
      return;
    }
    const fd = this.#create(path, 0o644);
    try {
      this.#writeAll(fd, path, content);
    } finally {
      this.#os.close(fd);
    }
  }

  copyExecutable(from: string, to: string): void {
    const { O_RDONLY } = this.#os;
    const input = this.#check('open', from, this.#os.open(from, O_RDONLY));
    try {
      // The mode counts only when the file is made.
      this.#os.remove(to);
      const output = this.#create(to, 0o755);
      try {
        const buffer = new ArrayBuffer(COPY_BYTES);
        for (;;) {
          const length = this.#check('read', from, this.#os.read(input, buffer, 0, COPY_BYTES));
          if (length === 0) return;
          this.#writeAll(output, to, new Uint8Array(buffer, 0, length));
        }
      } finally {
        this.#os.close(output);
      }
    } finally {
      this.#os.close(input);
    }
  }

  openAppend(path: string): AppendFile {
    const { O_WRONLY, O_APPEND, O_CREAT } = this.#os;
    const fd = this.#check('open', path, this.#os.open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644));
    return { write: (bytes) => this.#writeSome(fd, path, bytes), close: () => void this.#os.close(fd) };
  }

  openRead(path: string): ReadFile {
    const fd = this.#check('open', path, this.#os.open(path, this.#os.O_RDONLY));
    return {
      read: ({ buffer, byteOffset, length }) =>
        this.#check('read', path, this.#os.read(fd, buffer as ArrayBuffer, byteOffset, length)),
    };
  }

  #create(path: string, mode: number): number {
    const { O_WRONLY, O_CREAT, O_TRUNC } = this.#os;
    return this.#check('create', path, this.#os.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
  }

  #writeAll(fd: number, path: string, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += this.#writeSome(fd, path, bytes.subarray(done));
  }

  #writeSome(fd: number, path: string, bytes: Uint8Array): number {
    const { buffer, byteOffset, length } = bytes;
    return this.#check('write', path, this.#os.write(fd, buffer as ArrayBuffer, byteOffset, length));
  }

  #check(doing: string, path: string, returned: number): number {
    if (returned < 0) throw this.#error(doing, path, -returned);
    return returned;
  }

  #error(doing: string, path: string, errno: number): FileError {
    return new FileError(`cannot ${doing} ${path}: ${this.#std.strerror(errno)}`);
  }
}
