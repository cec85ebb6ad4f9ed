import type { ChildProcess } from 'node:child_process';
import { splitDeviceNumber } from './device-number.ts';
import { openNodePipe } from './node-pipe.ts';
import {
  type Clock,
  FileError,
  type Files,
  type ProcessEnd,
  type Processes,
  type Runtime,
} from './runtime.ts';
import { TimeLimit } from './time-limit.ts';

type FileSystem = typeof import('node:fs');

/** How long the output of a child that has ended may stay open. */
const DRAIN_MS = 100;

const clock: Clock = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
  sleep: (delay) => new Promise((resolve) => setTimeout(resolve, delay)),
  block: (delay) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay),
};

/** Modules are fetched here, not imported: the one bundle must also load where there are none. */
export async function loadNode(): Promise<Runtime> {
  const children = new Set<ChildProcess>();
  const childProcess = await import('node:child_process');
  return {
    name: 'node',
    arguments: process.argv.slice(2),
    files: nodeFiles(await import('node:fs')),
    processes: nodeProcesses(childProcess, children),
    clock,
    pipe: (options) => openNodePipe(childProcess, options),
    onTerminate: (listener) => void process.on('SIGTERM', listener),
    complain: (line) => void process.stderr.write(`${line}\n`),
    exit(status) {
      for (const child of children) child.kill('SIGKILL');
      process.exit(status);
    },
  };
}

function nodeFiles(fs: FileSystem): Files {
  return {
    readText: (path, maxBytes = 1 << 20) =>
      attempt('open', path, () => {
        const fd = fs.openSync(path, 'r');
        try {
          return readUpTo(fs, fd, maxBytes).toString('utf8');
        } finally {
          fs.closeSync(fd);
        }
      }),
    readLink: (path) => orElse(null, () => fs.readlinkSync(path)),
    list: (folder) => orElse([], () => fs.readdirSync(folder).sort()),
    stat: (path) =>
      orElse(null, () => {
        const status = fs.statSync(path);
        return {
          kind: status.isFile()
            ? 'file'
            : status.isDirectory()
              ? 'folder'
              : status.isCharacterDevice()
                ? 'character-device'
                : 'other',
          executable: (status.mode & 0o111) !== 0,
          ...splitDeviceNumber(status.rdev),
        };
      }),
    makeFolder: (path) =>
      attempt('make the folder', path, () => void fs.mkdirSync(path, { recursive: true })),
    write: (path, content) => attempt('write', path, () => fs.writeFileSync(path, content)),
    copyExecutable: (from, to) =>
      attempt('copy', from, () => {
        fs.copyFileSync(from, to);
        fs.chmodSync(to, 0o755);
      }),
    openAppend: (path) => {
      const fd = attempt('open', path, () => fs.openSync(path, 'a', 0o644));
      return {
        write: (bytes) => attempt('write', path, () => fs.writeSync(fd, bytes)),
        close: () => fs.closeSync(fd),
      };
    },
    openRead: (path) => {
      const fd = attempt('open', path, () => fs.openSync(path, 'r'));
      return { read: (buffer) => attempt('read', path, () => fs.readSync(fd, buffer)) };
    },
  };
}

function readUpTo(fs: FileSystem, fd: number, maxBytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = maxBytes; left > 0; ) {
    const piece = Buffer.alloc(Math.min(left, 64 * 1024));
    const length = fs.readSync(fd, piece);
    if (length === 0) break;
    pieces.push(piece.subarray(0, length));
    left -= length;
  }
  return Buffer.concat(pieces);
}

function attempt<Result>(doing: string, path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new FileError(`cannot ${doing} ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function orElse<Result>(fallback: Result, action: () => Result): Result {
  try {
    return action();
  } catch {
    return fallback;
  }
}

function nodeProcesses(module: typeof import('node:child_process'), running: Set<ChildProcess>): Processes {
  return {
    run: ({ command: [program, ...args], limitMs, cwd, env, leadsGroup = false, onOutput }) =>
      new Promise((resolve, reject) => {
        const place = { ...(cwd !== undefined && { cwd }), ...(env !== undefined && { env: { ...env } }) };
        const child = module.spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
        running.add(child);
        const killGroup = (signal: NodeJS.Signals) =>
          leadsGroup &&
          child.pid !== undefined &&
          orElse(false, () => process.kill(-(child.pid as number), signal));
        // It may not have come to make its group yet.
        const kill = (signal: NodeJS.Signals) => void (killGroup(signal) || child.kill(signal));
        const finish = (end: ProcessEnd) => {
          limit.cancel();
          running.delete(child);
          child.stdout.destroy();
          child.stderr.destroy();
          resolve({ end, timedOut: limit.ranOut });
        };
        const limit = new TimeLimit(clock, limitMs, kill, () =>
          finish({ kind: 'lost', reason: 'not even SIGKILL ended it' }),
        );
        for (const stream of ['stdout', 'stderr'] as const) {
          child[stream].on('data', (bytes: Buffer) => {
            try {
              if (onOutput(stream, bytes) !== 'enough') return;
              kill('SIGKILL');
              child[stream].destroy();
            } catch (error) {
              kill('SIGKILL');
              reject(error);
            }
          });
        }
        child.once('error', (error) => finish({ kind: 'lost', reason: error.message }));
        child.once('exit', (status, signal) => {
          killGroup('SIGKILL');
          const end: ProcessEnd =
            signal === null ? { kind: 'exited', status: status ?? 0 } : { kind: 'signalled', signal };
          const drained = clock.after(DRAIN_MS, () => finish(end));
          child.once('close', () => {
            drained();
            finish(end);
          });
        });
      }),
  };
}
