import { availableParallelism } from 'node:os';

/**
 * How many guests run at once, where nothing was asked for. Emulated guests spend part of their time waiting, so a
 * machine is best used with a few more of them than it has cores; many more only wait for each other.
 */
const TEST_JOBS_OF_A_CORE = 4;
/** Guests that are replaced as they end start and test at different times, so that fewer fill the machine. */
const STRESS_JOBS_OF_A_CORE = 2;

/** For guests that run the plan once: as many as the machine has use for, since being many is what they are for. */
export function testJobs(guests: number, asked?: number): number {
  return Math.min(guests, asked ?? TEST_JOBS_OF_A_CORE * availableParallelism());
}

/** For guests that follow one another. */
export function stressJobs(guests: number, asked?: number): number {
  return Math.min(guests, asked ?? STRESS_JOBS_OF_A_CORE * availableParallelism());
}
