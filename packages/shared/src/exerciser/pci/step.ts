import { noSteps, type StepKind } from '../step.ts';

/** Any PCI function. Nobody but the user knows how to have it move data: its tests are programs. */
export const pci: StepKind<never> = noSteps;
