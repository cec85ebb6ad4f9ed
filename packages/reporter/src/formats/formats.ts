import type { CreateReporter } from '../reporter.ts';

interface Format {
  /** Loads the format's code, which is not needed before it is asked for. */
  load(): Promise<CreateReporter>;
  /** Whether only the whole of it is of use. */
  readonly whole: boolean;
  /** Whether it may be sent to an address in place of a file. */
  readonly sent?: true;
}

/** What `--reporter` knows, in the order in which it is told. */
export const formats = asFormats({
  terminal: { whole: false, load: async () => (await import('./terminal/terminal.ts')).createReporter },
  json: { whole: true, load: async () => (await import('./json.ts')).createReporter },
  junit: { whole: true, load: async () => (await import('./junit.ts')).createReporter },
  tap: { whole: true, load: async () => (await import('./tap.ts')).createReporter },
  tap13: { whole: true, load: async () => (await import('./tap.ts')).createTap13Reporter },
  ktap: { whole: true, load: async () => (await import('./ktap.ts')).createReporter },
  lava: { whole: false, load: async () => (await import('./lava.ts')).createReporter },
  github: { whole: false, load: async () => (await import('./github/github.ts')).createReporter },
  html: { whole: true, load: async () => (await import('./html/html.ts')).createReporter },
  ctrf: { whole: true, load: async () => (await import('./ctrf.ts')).createReporter },
  kcidb: { whole: true, load: async () => (await import('./kcidb/kcidb.ts')).createReporter },
  otlp: { whole: true, sent: true, load: async () => (await import('./otlp/otlp.ts')).createReporter },
  timings: { whole: false, load: async () => (await import('./timings.ts')).createReporter },
  events: { whole: false, load: async () => (await import('./events.ts')).createReporter },
});

function asFormats<Name extends string>(all: Readonly<Record<Name, Format>>): Readonly<Record<Name, Format>> {
  return all;
}

export type ReporterName = keyof typeof formats;
export const reporterNames = Object.keys(formats) as ReporterName[];
