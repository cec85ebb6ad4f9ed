/** Values that a run has to have: with fewer on either side no order of them would be unlikely enough. */
export const LEAST = 5;
