import { Lab } from '@coordinator/lab';
import { expect } from 'vitest';
import { coordinator, type Ended } from './coordinator.ts';

/** On a machine that is slow and has other work: what a lab, and the guests in it, may take. */
export const LAB_MS = 3_600_000;

/** The four test engines of Arm's page. */
export const engines = ['0000:07:00.0', '0000:07:00.3', '0000:08:00.0', '0000:08:00.1'] as const;

function theLab(): Lab {
  const lab = Lab.find('virtio') ?? Lab.find('smmuv3');
  if (!lab) throw new Error('no lab is up');
  return lab;
}

/** Runs a command in the lab that is up, as `coordinator lab exec` does, in this process. */
export async function inLab(...argv: readonly string[]): Promise<Ended> {
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const { exited } = theLab().exec(argv, {
    onStdout: (bytes) => void output.stdout.push(bytes),
    onStderr: (bytes) => void output.stderr.push(bytes),
  });
  const { code, signal, problem } = await exited;
  if (problem !== null) throw new Error(problem);
  return {
    code: code ?? 128 + (signal ?? 0),
    signal: null,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('utf8');

export function passed({ code, stdout, stderr }: Ended): string {
  expect(code, stderr).toBe(0);
  return stdout;
}

/** What a script prints in the lab, which must end well. */
export async function script(text: string): Promise<string> {
  return passed(await inLab('sh', '-c', text)).trim();
}

/** What a command prints in the lab, once it prints something. */
export const whenPrinted = (command: string): Promise<string> =>
  script(`until text=$(${command}) && [ -n "$text" ]; do sleep 1; done; echo "$text"`);

/** The exchange folder of the lab that is up. */
export const exchangeFolder = (): string => theLab().folder.exchange;

export interface EngineState {
  readonly drivers: readonly (string | null)[];
  readonly nodes: readonly string[];
}

/** Every engine's driver, and the device files of them all. */
export async function engineState(): Promise<EngineState> {
  const lines = await script(`cd /sys/bus/pci/devices
for bdf in ${engines.join(' ')}; do basename "$(readlink -f $bdf/driver || echo none)"; done
ls /dev/smmute* 2>/dev/null || true`);
  const [drivers, nodes] = [
    lines.split('\n').slice(0, engines.length),
    lines.split('\n').slice(engines.length),
  ];
  return { drivers: drivers.map((driver) => (driver === 'none' ? null : driver)), nodes };
}

export const untouched: EngineState = {
  drivers: engines.map(() => 'smmute-pci'),
  nodes: engines.map((_, index) => `/dev/smmute${index}`),
};

export const labUp = (...options: readonly string[]): Promise<Ended> => coordinator('lab', 'up', ...options);
export const labDown = (): Promise<Ended> => coordinator('lab', 'down');
