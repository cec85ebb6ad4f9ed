import type { ExerciserParts } from './exerciser.ts';

export const edu: ExerciserParts = { tool: 'edudma', module: 'edu', guestModules: {}, labNeeds: [] };
