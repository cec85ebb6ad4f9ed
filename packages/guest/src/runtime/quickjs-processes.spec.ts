import type { QuickJsOs } from '@coordinator/shared/quickjs';
import { expect, it } from 'vitest';
import { asciiText } from '../system/text.ts';
import { QuickJsProcesses } from './quickjs-processes.ts';
import type { Clock } from './runtime.ts';

/** Timers that are due at once, before anything can be read: a machine so slow that every wait is over. */
const slowClock: Clock = {
  now: () => 0,
  after: (_, callback) => {
    let cancelled = false;
    setImmediate(() => cancelled || callback());
    return () => {
      cancelled = true;
    };
  },
  sleep: async () => {},
  block: () => {},
};

it('reads what a child that has ended left in its pipes, though there was no time to listen', async () => {
  const left = new Map([[10, ['Result:\n', '- transaction          = 1\n']]]);
  let nextPipe = 10;
  const opened = new Map<number, number>();
  const os = {
    O_RDONLY: 0,
    WNOHANG: 1,
    open: (path: string, flags: number) => {
      const fd = /^\/proc\/self\/fd\/(\d+)$/.exec(path)?.[1];
      if (fd === undefined) return 1;
      expect(flags & 0o4000).toBe(0o4000);
      opened.set(100 + Number(fd), Number(fd));
      return 100 + Number(fd);
    },
    close: (fd: number) => {
      opened.delete(fd);
      return 0;
    },
    pipe: () => {
      nextPipe += 2;
      return [nextPipe - 2, nextPipe - 1];
    },
    kill: () => 0,
    waitpid: () => [77, 0],
    setReadHandler: () => {},
    read: (fd: number, buffer: ArrayBuffer) => {
      const text = left.get(opened.get(fd) ?? -1)?.shift();
      if (text === undefined) return -11;
      new Uint8Array(buffer).set(new TextEncoder().encode(text));
      return text.length;
    },
  } as unknown as QuickJsOs;
  let output = '';
  const result = await new QuickJsProcesses({ os, spawn: () => 77, strerror: String }, slowClock).run({
    command: ['/kit/tool'],
    limitMs: 1000,
    onOutput: (stream, bytes) => {
      output += `${stream}: ${asciiText(bytes)}`;
    },
  });
  expect(result.end).toEqual({ kind: 'exited', status: 0 });
  expect(output).toBe('stdout: Result:\nstdout: - transaction          = 1\n');
  expect(opened.size).toBe(0);
});
