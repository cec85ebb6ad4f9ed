import { openReporters as open, parseReporterOption, type ReporterSet } from '@coordinator/reporter';

export interface ReporterOptions {
  readonly reporter?: readonly string[];
  readonly color: boolean;
  /** Where the time of each guest went is told behind the rest. */
  readonly timings?: boolean;
}

/** Opens what `--reporter` asks for. @throws CoordinatorError (usage) */
export function openReporters(
  { reporter = [], color, timings = false }: ReporterOptions,
  place: { readonly runFolder: string | null; readonly replay?: boolean; readonly onlyThese?: boolean },
): Promise<ReporterSet> {
  const asked = timings ? [...reporter, 'timings'] : reporter;
  return open(asked.map(parseReporterOption), { ...place, color });
}
