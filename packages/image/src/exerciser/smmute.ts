import type { ExerciserParts } from './exerciser.ts';

export const smmute: ExerciserParts = { tool: 'smmute', module: 'smmute', guestModules: {}, labNeeds: [] };
