import { spawnSync } from 'node:child_process';

export interface Spent {
  readonly wallMs: number;
  /** User and system. */
  readonly processorMs: number;
  readonly peakMib: number;
}

/** What the process itself knows of it at its end. */
const TELL =
  'process.on("exit", () => process.stderr.write("\\nspent " + JSON.stringify(process.resourceUsage()) + "\\n"))';

/** Runs a script of Node to its end. @throws Error unless it ends with one of `codes` */
export function measureNode(args: readonly string[], codes: readonly number[] = [0]): Spent {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`, ...args],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 26 },
  );
  const wallMs = performance.now() - started;
  const [, told] = /^spent (\{.*\})$/m.exec(stderr) ?? [];
  if (told === undefined || !codes.includes(status ?? -1))
    throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(told) as NodeJS.ResourceUsage;
  return { wallMs, processorMs: (userCPUTime + systemCPUTime) / 1000, peakMib: maxRSS / 1024 };
}
