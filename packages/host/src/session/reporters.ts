import { openReporters as open, parseReporterOption, type ReporterSet } from '@coordinator/reporter';

interface ReporterOptions {
  readonly reporter?: readonly string[];
  readonly color: boolean;
}

/** Opens what `--reporter` asks for. @throws CoordinatorError (usage) */
export function openReporters(
  { reporter = [], color }: ReporterOptions,
  place: { readonly runFolder: string | null; readonly replay?: boolean; readonly onlyThese?: boolean },
): Promise<ReporterSet> {
  return open(reporter.map(parseReporterOption), { ...place, color });
}
