export interface AgentOptions {
  /** Folder of the share that holds the kit. */
  readonly kit: string;
  /** Folder for results; null to mount the share of that tag. */
  readonly results: string | null;
  readonly powerOff: boolean;
  /** Stands before every path of the system, for trees made by tests. */
  readonly root: string;
}

/**
 * Reads the agent's command line: `--kit DIR [--results DIR] [--no-power-off]`, and for tests `--root DIR`.
 * @throws TypeError saying what was wrong.
 */
export function parseOptions(args: readonly string[]): AgentOptions {
  const values = new Map<string, string>();
  let powerOff = true;
  for (let at = 0; at < args.length; at++) {
    const name = args[at] as string;
    if (name === '--no-power-off') {
      powerOff = false;
      continue;
    }
    if (!['--kit', '--results', '--root'].includes(name)) throw new TypeError(`unknown option ${name}`);
    const value = args[++at];
    if (!value) throw new TypeError(`${name} needs a folder`);
    values.set(name, value);
  }
  const kit = values.get('--kit');
  if (kit === undefined) throw new TypeError('--kit DIR is missing');
  return { kit, results: values.get('--results') ?? null, powerOff, root: values.get('--root') ?? '' };
}
