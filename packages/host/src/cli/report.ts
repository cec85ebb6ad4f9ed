import type { Report } from '@coordinator/shared/report';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { ReporterOptions } from '../session/reporters.ts';
import type { DefineCommand } from './command.ts';
import { runsOption, vmlinuxOption } from './options.ts';
import { print, tell } from './print.ts';
import { renderTable } from './table.ts';
import { repeated } from './values.ts';

interface ReportOptions extends ReporterOptions {
  readonly runs: string;
  readonly vmlinux?: string;
}

export const defineReport: DefineCommand = (command, setExitCode) => {
  command
    .argument('[run|file]', 'a run id or the beginning of one, "latest", a run folder, or a JSON report')
    .argument('[other]', 'a second one: what changed from the first to it, by terminal or json')
    .option('-r, --reporter <name[=file]>', 'as for test; repeatable', repeated)
    .option('--timings', 'show where the time of each guest went')
    .addOption(vmlinuxOption())
    .addOption(runsOption())
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
Without an argument it lists the runs. The exit code is that of the run; of a comparison it is 1 if something fails in
the second run that did not in the first.

Examples:
  coordinator report latest --reporter html=run.html
  coordinator report 20261122-184500-x7q2 latest
`,
    )
    .action(async (name: string | undefined, other: string | undefined, options: ReportOptions) => {
      if (other !== undefined && name !== undefined) {
        const { compare } = await import('./comparison.ts');
        setExitCode(await compare(name, other, options));
      } else setExitCode(name === undefined ? await list(options.runs) : await render(name, options));
    });
};

async function list(runs: string): Promise<number> {
  const { listRuns } = await import('@coordinator/store');
  const stored = await listRuns(runs);
  if (stored.length === 0) tell(`no run is kept in ${runs}\n`);
  else {
    const rows = stored.map(({ id, finished, folder }) => [id, finished ? 'finished' : 'unfinished', folder]);
    print(renderTable(['RUN', 'STATE', 'FOLDER'], rows));
  }
  return 0;
}

async function render(name: string, options: ReportOptions): Promise<number> {
  const { locateRun } = await import('@coordinator/store');
  const { renderRun } = await import('../session/render-run.ts');
  const { openReporters } = await import('../session/reporters.ts');
  const location = await locateRun(options.runs, name);
  if (options.vmlinux !== undefined) (await import('../trace/index.ts')).checkVmlinux(options.vmlinux);
  const runFolder = location.kind === 'report' ? null : location.folder;
  const reporters = await openReporters(options, { runFolder, replay: true });
  const { vmlinux } = options;
  const decode = async (report: Report): Promise<Report> => {
    if (vmlinux === undefined) return report;
    const { decodeReport } = await import('../trace/index.ts');
    return decodeReport(report, { vmlinux }, (sentence) => tell(`coordinator: ${sentence}\n`));
  };
  const { report, damage, failures } = await renderRun(location, reporters, decode);
  for (const sentence of damage) tell(`coordinator: ${sentence}\n`);
  return failures.some(({ outputLost }) => outputLost) ? exitCodes.unavailable : report.exit_code;
}
