import type { ExerciserParts } from './exerciser.ts';

/** Tests are the user's programs, and the modules of its driver the plan names. */
export const pci: ExerciserParts = { tool: null, module: null, guestModules: {}, labNeeds: [] };
