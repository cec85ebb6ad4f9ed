import { openReporters as open, parseReporterOption, type ReporterSet } from '@coordinator/reporter';

export interface ReporterOptions {
  readonly reporter?: readonly string[];
  readonly color: boolean;
  /** Where the time of each guest went is told behind the rest. */
  readonly timings?: boolean;
  /** Guests whose consoles are shown among the rest: then nothing is drawn over. */
  readonly follow?: readonly string[];
}

/** Opens what `--reporter` asks for. @throws CoordinatorError (usage) */
export function openReporters(
  { reporter = [], color, timings = false, follow }: ReporterOptions,
  place: { readonly runFolder: string | null; readonly replay?: boolean; readonly onlyThese?: boolean },
): Promise<ReporterSet> {
  const asked = timings ? [...reporter, 'timings'] : reporter;
  return open(asked.map(parseReporterOption), { ...place, color, live: follow === undefined });
}
