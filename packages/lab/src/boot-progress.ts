import { formatDuration } from '@coordinator/shared/units';

/**
 * What a starting lab is at. One that boots goes through the first line, and tells of it on its console from `modules` on; one that
 * is to be saved is at `guests` before `exec`; one that is restored goes through the last line.
 */
export const labStages = [
  'engines',
  'kernel',
  'modules',
  'disks',
  'drivers',
  'exec',
  'guests',
  'restoring',
  'plugging',
] as const;
export type LabStage = (typeof labStages)[number];

/** For people: completes "the lab is …". */
export const stageDescriptions: Readonly<Record<LabStage, string>> = {
  engines: 'starting its device server',
  kernel: 'booting its kernel',
  modules: 'loading modules',
  disks: 'mounting its root and the pack',
  drivers: 'probing its devices',
  exec: 'starting to take commands',
  guests: 'saving a guest that its guests are restored from',
  restoring: 'being restored',
  plugging: 'probing the devices that are plugged in',
};

/** No stage takes more than five seconds where the machine has time for it. */
export const STAGE_LIMIT_MS = 90_000;

const MARK = /^coordinator-lab: (?:failed: (?<failure>.*)|(?<stage>\S+).*)$/;

/** What a line of the lab's console says about its start, if anything. */
export function readBootLine(line: string): { stage: LabStage } | { failure: string } | null {
  const { stage, failure } = MARK.exec(line)?.groups ?? {};
  if (failure !== undefined) return { failure };
  const known = labStages.find((one) => one === stage);
  return known ? { stage: known } : null;
}

/** One sentence about a stage that ran out of time. */
export function describeTimeout(stage: LabStage): string {
  return `the lab took longer than ${formatDuration(STAGE_LIMIT_MS)} for ${stageDescriptions[stage]}`;
}
