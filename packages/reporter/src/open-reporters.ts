import { cleanText } from './facts/text.ts';
import { formats } from './formats/formats.ts';
import { type PlacedReporter, placeReporters, type ReporterSpec } from './option.ts';
import { openFileOutput } from './output/file-output.ts';
import { HttpOutput, otlpHeaders } from './output/http-output.ts';
import type { ReporterOutput } from './output/output.ts';
import { StreamOutput } from './output/stream-output.ts';
import type { ReporterContext } from './reporter.ts';
import { type ReporterEntry, ReporterSet } from './reporter-set.ts';

export interface ReporterSettings {
  readonly runFolder: string | null;
  /** false for `--no-color`. Otherwise NO_COLOR, FORCE_COLOR and the stream decide. */
  readonly color?: boolean;
  /** Whether a run that ended earlier is rendered again. */
  readonly replay?: boolean;
  /** Whether only what was asked for reports: no terminal reporter comes in by itself. */
  readonly onlyThese?: boolean;
  /** false where others write to the terminal as well: no lines are drawn anew. */
  readonly live?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

/**
 * Opens what was asked for with `--reporter`, before the run starts.
 * @throws CoordinatorError (usage) when two reporters share a place or a file cannot be written.
 */
export async function openReporters(
  specs: readonly ReporterSpec[],
  settings: ReporterSettings,
): Promise<ReporterSet> {
  const stderr = settings.stderr ?? process.stderr;
  const entries: ReporterEntry[] = [];
  try {
    for (const placed of placeReporters(specs, settings.onlyThese))
      entries.push(await openReporter(placed, settings));
  } catch (error) {
    new ReporterSet(entries, () => {}).abandon();
    throw error;
  }
  return new ReporterSet(entries, (sentence) => stderr.write(`coordinator: ${cleanText(sentence)}\n`));
}

async function openReporter(placed: PlacedReporter, settings: ReporterSettings): Promise<ReporterEntry> {
  const { name } = placed;
  const output = await openOutput(placed, settings);
  const create = await formats[name].load();
  const context = makeContext(output, settings);
  return { name, output, reporter: await create(context) };
}

async function openOutput(
  { name, target }: PlacedReporter,
  settings: ReporterSettings,
): Promise<ReporterOutput> {
  if (target === 'stdout') return new StreamOutput(settings.stdout ?? process.stdout);
  if (target === 'stderr') return new StreamOutput(settings.stderr ?? process.stderr);
  if ('url' in target) {
    const { OTEL_EXPORTER_OTLP_HEADERS: headers } = settings.environment ?? process.env;
    return new HttpOutput(name, target.url, otlpHeaders(headers));
  }
  return openFileOutput(name, target.file, formats[name].whole);
}

function makeContext(output: ReporterOutput, settings: ReporterSettings): ReporterContext {
  const environment = settings.environment ?? process.env;
  const replay = settings.replay ?? false;
  const capable = output.stream?.isTTY === true && environment['TERM'] !== 'dumb';
  return {
    output,
    replay,
    environment,
    runFolder: settings.runFolder,
    color: wantsColor(settings.color, capable, environment),
    interactive: capable && settings.live !== false && !replay && !isSet(environment['CI']),
  };
}

/** no-color.org: any value but the empty one counts. FORCE_COLOR=0 means no. */
function wantsColor(option: boolean | undefined, capable: boolean, environment: NodeJS.ProcessEnv): boolean {
  if (option === false || isSet(environment['NO_COLOR'])) return false;
  const forced = environment['FORCE_COLOR'];
  if (isSet(forced)) return forced !== '0' && forced !== 'false';
  return capable;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
