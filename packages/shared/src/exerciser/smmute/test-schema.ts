import * as z from 'zod';
import { stepLimits } from '../step.ts';
import { bytes, testFields } from '../test-fields.ts';
import { type SmmuteFault, smmuteFaults, smmuteLimits, smmuteModes } from './transaction.ts';

export const testSchema = z
  .strictObject({
    name: testFields.name,
    mode: z
      .enum(smmuteModes)
      .describe('What the engine does: copy, fill with RAND48, sum, or write to its own frame.'),
    size: bytes(stepLimits.size).default(4096).describe('Bytes a transaction covers; 256, 0x100, 64k or 1M.'),
    transactions: testFields.transactions,
    repetitions: z
      .int()
      .min(1)
      .max(smmuteLimits.repetitions)
      .default(1)
      .describe('Launches of each transaction.'),
    offset: bytes(stepLimits.size).default(0).describe('Bytes from the start of the DMA buffer.'),
    stride: z
      .int()
      .min(1)
      .max(stepLimits.size)
      .default(1)
      .refine((stride) => stride === 1 || stride % 8 === 0, 'must be 1 or a multiple of 8')
      .describe('Of memcpy: bytes from one 64-bit word copied to the next; 1 copies every byte.'),
    depth: z
      .int()
      .min(1)
      .max(smmuteLimits.depth)
      .default(1)
      .describe('Transactions in flight at once. Above 1, interrupts may merge: each vector must be used.'),
    seed: testFields.seed,
    check: testFields.check,
    fault: z.enum(smmuteFaults).optional().describe('Inject a fault; the test passes when it was reported.'),
    timeout: testFields.timeout,
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
