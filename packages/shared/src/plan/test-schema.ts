import * as z from 'zod';
import { parseDuration, parseSize } from '../units/index.ts';
import { nvmeModes, type SmmuteFault, smmuteFaults, smmuteModes, stepLimits } from './job.ts';

/** What a test may say, for each exerciser. */

const { size: MAX_SIZE, diskOffset: MAX_DISK_OFFSET } = stepLimits;
const SECTOR = 512;

function bytes(max: number) {
  return z
    .union([z.int(), z.string()])
    .transform((value, context) => {
      if (typeof value === 'number') return value;
      try {
        return parseSize(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    })
    .pipe(z.int().min(0).max(max));
}

const sectors = (max: number) =>
  bytes(max).refine((value) => value % SECTOR === 0, `must be a multiple of ${SECTOR}`);

export const duration = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    try {
      return parseDuration(String(value));
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .describe('For example 30s, 1m30s or 500ms; a bare number counts seconds.');

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}$/, 'letters, digits and ._/+- only')
  .optional()
  .describe('Shown in reports. Default: the mode, the size and what is special, as in memcpy/0x100.');
const transactions = z.int().min(1).max(stepLimits.transactions).default(1);
const seed = z.int().min(0).max(0xffffffff).optional();
const timeout = duration.optional();
/** Plans of earlier versions ask for it; what is not compared is no test. */
const check = z.literal(true).optional().describe('Data is always compared.');

export const smmuteTestSchema = z
  .strictObject({
    name,
    mode: z
      .enum(smmuteModes)
      .describe('What the engine does: copy, fill with RAND48, sum, or write to its own frame.'),
    size: bytes(MAX_SIZE).default(4096).describe('Bytes a transaction covers; 256, 0x100, 64k or 1M.'),
    transactions,
    repetitions: z
      .int()
      .min(1)
      .max(stepLimits.repetitions)
      .default(1)
      .describe('Launches of each transaction.'),
    offset: bytes(MAX_SIZE).default(0).describe('Bytes from the start of the DMA buffer.'),
    stride: z
      .int()
      .min(1)
      .max(MAX_SIZE)
      .default(1)
      .refine((stride) => stride === 1 || stride % 8 === 0, 'must be 1 or a multiple of 8')
      .describe('Of memcpy: bytes from one 64-bit word copied to the next; 1 copies every byte.'),
    depth: z
      .int()
      .min(1)
      .max(stepLimits.depth)
      .default(1)
      .describe('Transactions in flight at once. Above 1, interrupts may merge: each vector must be used.'),
    seed,
    check,
    fault: z.enum(smmuteFaults).optional().describe('Inject a fault; the test passes when it was reported.'),
    timeout,
  })
  .superRefine((test, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const { mode, stride, depth, repetitions, fault, size } = test;
    if (stride !== 1 && mode !== 'memcpy') refuse('stride', 'only memcpy has one');
    if (stride !== 1 && (test.offset % 8 !== 0 || size < 8))
      refuse('stride', 'needs an offset that is a multiple of 8, and a size of 8 at least');
    if (depth > 1 && (fault !== undefined || mode === 'p2p')) refuse('depth', 'not with p2p or a fault');
    if (mode === 'p2p' && repetitions > 1) refuse('repetitions', 'p2p does each transaction once');
    if (fault !== undefined) {
      if (repetitions > 1) refuse('repetitions', 'a fault is injected once a transaction');
      if (!faultModes(fault).includes(mode))
        refuse('fault', `${fault} has nothing to act on in mode ${mode}`);
    } else if (mode === 'sum64' && (test.offset % 8 !== 0 || size % 8 !== 0)) {
      refuse('size', 'sum64 needs an offset and a size that are multiples of 8');
    }
    if (mode !== 'p2p' && size === 0) refuse('size', 'must not be 0');
  })
  .describe('One call of the smmute tool.');

/** The modes in which a fault has something to act on. */
function faultModes(fault: SmmuteFault): readonly string[] {
  if (fault === 'drv' || fault === 'tlb' || fault === 'substream')
    return fault === 'drv' ? smmuteModes : ['memcpy', 'rand48', 'sum64'];
  if (fault === 'read') return ['memcpy', 'sum64', 'p2p'];
  if (fault === 'write') return ['memcpy', 'rand48', 'p2p'];
  return fault.endsWith('-read') ? ['memcpy', 'sum64'] : ['memcpy', 'rand48'];
}

export const nvmeTestSchema = z
  .strictObject({
    name,
    mode: z
      .enum(nvmeModes)
      .describe('Write a pattern and read it back, only write it, or only read what an earlier test wrote.'),
    size: sectors(MAX_SIZE)
      .refine((value) => value > 0, 'must not be 0')
      .default(4096)
      .describe('Bytes a transaction writes or reads, a multiple of the size of a block.'),
    transactions: transactions.describe('Each works on the bytes behind the one before.'),
    offset: sectors(MAX_DISK_OFFSET).default(0).describe('Bytes from the start of the namespace.'),
    seed: seed.describe('Of the pattern. Default: a random one.'),
    check,
    timeout,
  })
  .refine((test) => test.mode !== 'verify' || test.seed !== undefined, {
    message: 'verify needs the seed of what was written',
    path: ['mode'],
  })
  .describe('One call of the blkdma tool.');
