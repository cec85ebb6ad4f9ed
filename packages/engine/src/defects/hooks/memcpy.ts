import { memcpy } from '../../commands/memcpy.ts';
import { Cmd } from '../../frame/layout.ts';
import type { MakeDefect } from '../defect.ts';
import type { dataDefects } from '../list/data.ts';
import { invert, peek, poke } from './bytes.ts';
import { afterwards, instead, upTo } from './steps.ts';
import { lastWritten, middleWritten } from './transfer.ts';

const { MEMCPY } = Cmd;

const PAGE = 4096;
const MIB = 1n << 20n;
const STALE_BYTES = 1 << 16;

type DataName = keyof typeof dataDefects;

export const memcpyHooks = {
  'memcpy-nothing': () => instead(MEMCPY, (command) => upTo(command, 0n)),
  'memcpy-every-second': () => {
    let count = 0;
    return instead(MEMCPY, (command) => (++count % 2 === 0 ? upTo(command, 0n) : command));
  },
  'memcpy-last-byte-missing': () =>
    instead(MEMCPY, (command, transfer) => upTo(command, lastWritten(transfer) ?? 0n)),
  'memcpy-last-byte-spoiled': () =>
    afterwards(MEMCPY, (transfer, memory) => {
      const last = lastWritten(transfer);
      if (last !== null) invert(memory, transfer.to + last);
    }),
  'memcpy-first-byte-spoiled': () =>
    afterwards(MEMCPY, (transfer, memory) => {
      if (lastWritten(transfer) !== null) invert(memory, transfer.to);
    }),
  'memcpy-bit-flipped': () =>
    afterwards(MEMCPY, (transfer, memory) => {
      const middle = middleWritten(transfer);
      if (middle !== null) invert(memory, transfer.to + middle, 0x10);
    }),
  'memcpy-pages-swapped': () =>
    afterwards(MEMCPY, ({ to, size, stride }, memory) => {
      if (stride !== 1n || size < 2 * PAGE) return;
      const pages = peek(memory, to, 2 * PAGE);
      if (pages === null) return;
      poke(memory, to, pages.subarray(PAGE));
      poke(memory, to + BigInt(PAGE), pages.subarray(0, PAGE));
    }),
  'memcpy-page-repeated': () =>
    afterwards(MEMCPY, ({ to, size, stride }, memory) => {
      if (stride !== 1n || size < 2 * PAGE) return;
      const page = peek(memory, to, PAGE);
      if (page !== null) poke(memory, to + BigInt(PAGE), page);
    }),
  'memcpy-shifted': () =>
    instead(MEMCPY, (command, { stride }) => {
      if (stride !== 1n) return command;
      let carried: number | null = null;
      return {
        ...command,
        process(source, destination) {
          destination.set(source.subarray(0, -1), 1);
          if (carried !== null) destination[0] = carried;
          carried = source[source.length - 1] as number;
          return BigInt(source.length);
        },
      };
    }),
  'memcpy-first-page-only': () => instead(MEMCPY, (command) => upTo(command, BigInt(PAGE))),
  'memcpy-first-mib-only': () => instead(MEMCPY, (command) => upTo(command, MIB)),
  'memcpy-stale': () => {
    let previous: Uint8Array | null = null;
    return afterwards(MEMCPY, ({ to, size, stride }, memory) => {
      if (stride !== 1n) return;
      const length = Math.min(Number(size), STALE_BYTES);
      const copied = peek(memory, to, length);
      if (previous !== null) poke(memory, to, previous.subarray(0, length));
      previous = copied;
    });
  },
  'memcpy-overrun': () => afterwards(MEMCPY, ({ to, size }, memory) => invert(memory, to + size)),
  'memcpy-underrun': () => afterwards(MEMCPY, ({ to }, memory) => invert(memory, to - 1n)),
  'memcpy-source-changed': () =>
    afterwards(MEMCPY, ({ begin, size }, memory) => invert(memory, begin + size / 2n)),
  'stride-ignored': () => instead(MEMCPY, (_, { begin, to, size }) => memcpy(begin, to, size, 1n)),
  'stride-doubled': () =>
    instead(MEMCPY, (command, { begin, to, size, stride }) =>
      stride === 1n ? command : memcpy(begin, to, size, 2n * stride),
    ),
  'stride-half-words': () =>
    instead(MEMCPY, (command, { stride }) => {
      if (stride === 1n) return command;
      return {
        ...command,
        process(source, destination, offset) {
          const before = destination.slice();
          const end = command.process(source, destination, offset);
          const step = Number(stride < BigInt(source.length) ? stride : BigInt(source.length));
          for (let at = 0; at + 8 <= source.length; at += step)
            destination.set(before.subarray(at + 4, at + 8), at + 4);
          return end;
        },
      };
    }),
} as const satisfies Partial<Record<DataName, MakeDefect>>;
