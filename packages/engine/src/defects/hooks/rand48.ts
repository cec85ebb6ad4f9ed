import { fill, rand48, seededState } from '../../commands/rand48.ts';
import { Cmd } from '../../frame/layout.ts';
import type { MakeDefect } from '../defect.ts';
import type { dataDefects } from '../list/data.ts';
import { poke } from './bytes.ts';
import { afterwards, instead, upTo } from './steps.ts';

const { RAND48 } = Cmd;

const PAGE = 4096n;

type DataName = keyof typeof dataDefects;

export const rand48Hooks = {
  'rand48-nothing': () => instead(RAND48, (command) => upTo(command, 0n)),
  'rand48-seed-ignored': () => instead(RAND48, (_, { begin, size }) => rand48(begin, size, 0)),
  'rand48-wrong-seed': () =>
    instead(RAND48, (_, { begin, size, seed }) => rand48(begin, size, (seed + 1) >>> 0)),
  'rand48-never-reseeded': () =>
    instead(RAND48, (command, { begin, seed }) => {
      let state = seededState(seed, begin);
      return {
        ...command,
        process(_source, bytes) {
          state = fill(bytes, state);
          return BigInt(bytes.length);
        },
      };
    }),
  'rand48-offset-ignored': () =>
    instead(RAND48, (command, { begin, size, seed }) => {
      const inPage = begin & (PAGE - 1n);
      if (inPage === 0n) return command;
      // Mixed into the seed, the offset cancels itself out of the address; behind the first border all is right.
      const start = rand48(begin, size, (seed ^ Number(inPage)) >>> 0);
      const border = PAGE - inPage;
      return {
        ...command,
        process(source, bytes, offset) {
          const cut = offset >= border ? 0 : Math.min(Number(border - offset), bytes.length);
          if (cut > 0) start.process(source, bytes.subarray(0, cut), offset);
          if (cut < bytes.length) command.process(source, bytes.subarray(cut), offset + BigInt(cut));
          return BigInt(bytes.length);
        },
      };
    }),
  'rand48-last-page-zero': () =>
    afterwards(RAND48, ({ begin, size }, memory) => {
      const length = size < PAGE ? size : PAGE;
      poke(memory, begin + size - length, new Uint8Array(Number(length)));
    }),
} as const satisfies Partial<Record<DataName, MakeDefect>>;
