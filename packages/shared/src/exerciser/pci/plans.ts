import * as z from 'zod';
import { planFields } from '../plan-fields.ts';
import type { PlanKind } from '../plan-kind.ts';
import { programTestSchema } from '../program/test-schema.ts';
import { parseQemuDevice } from '../qemu-device.ts';
import { stepLimits } from '../step.ts';

/** Modules of one plan, those that they need not among them. */
const MOST_MODULES = 32;

const hexadecimal = (pattern: RegExp, example: string) =>
  z
    .string({ error: `must be in quotes: "${example}"` })
    .regex(pattern, `write it as lspci -n does: "${example}"`)
    .transform((text) => text.toLowerCase())
    .optional();

const qemu = z
  .string()
  .transform((text, context) => {
    try {
      return parseQemuDevice(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .optional();

const deviceSchema = z
  .strictObject({
    id: hexadecimal(/^[0-9a-f]{4}:[0-9a-f]{4}$/i, '8086:10c9').describe('Vendor and device, in hexadecimal.'),
    class: hexadecimal(/^([0-9a-f]{2}){1,3}$/i, '0200').describe(
      'Base class, sub-class and programming interface, in hexadecimal: 02, 0200 or 020000.',
    ),
    qemu: qemu.describe(
      "The device of QEMU's that guests of the platform virtual are given, and the lab: igb, or edu,dma_mask=0xffffffff.",
    ),
  })
  .refine((device) => Object.values(device).some((value) => value !== undefined), {
    message: 'names no function: it needs id, class or qemu',
  })
  .describe('The function that is tested.');

const schema = z.strictObject({
  ...planFields,
  exerciser: z.literal('pci').describe('Any PCI function, tested by programs of yours.'),
  device: deviceSchema,
  driver: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, 'the name of a driver, as below /sys/bus/pci/drivers')
    .optional()
    .describe('The driver that it must be bound to in the guest. Default: any, or none.'),
  modules: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{1,56}$/, 'the name of a module, without .ko'))
    .max(MOST_MODULES)
    .default([])
    .describe("Modules of the guest's kernel that are loaded for it, with all that they need."),
  tests: z.array(programTestSchema).min(1).max(stepLimits.tests),
});

export const pciPlans: PlanKind<typeof schema, never> = {
  schema,
  ownFields: (test: never) => test,
  special: () => [],
  builtin: {},
};
