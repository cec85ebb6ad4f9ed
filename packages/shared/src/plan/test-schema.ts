import * as z from 'zod';
import { commandLimits } from '../message/command.ts';
import { parseDuration, parseSize } from '../units/index.ts';
import { nvmeModes, smmuteFaults, smmuteModes } from './job.ts';

/** What a test may say, for each exerciser. */

const { size: MAX_SIZE, diskOffset: MAX_DISK_OFFSET } = commandLimits;
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
  .describe('Shown in reports. Default: the mode, the size and the fault, as in memcpy/0x100.');
const transactions = z.int().min(1).max(commandLimits.transactions).default(1);
const seed = z.int().min(0).max(0xffffffff).optional();
const timeout = duration.optional();

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
      .max(commandLimits.repetitions)
      .default(1)
      .describe('Launches of each transaction.'),
    offset: bytes(MAX_SIZE).default(0).describe('Bytes from the start of the DMA buffer.'),
    seed,
    check: z.boolean().default(false).describe('Compare the buffers with what they must hold.'),
    fault: z.enum(smmuteFaults).optional().describe('Inject a fault; the test passes when it was reported.'),
    timeout,
  })
  .describe('One call of the smmute tool.');

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
    check: z.boolean().default(true).describe('Compare what was read back with what was written.'),
    timeout,
  })
  .refine((test) => test.mode !== 'verify' || test.seed !== undefined, {
    message: 'verify needs the seed of what was written',
    path: ['mode'],
  })
  .describe('One call of the blkdma tool.');
