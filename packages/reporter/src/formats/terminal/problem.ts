import { join, relative } from 'node:path';
import type { GuestResult } from '@coordinator/shared/report';
import { describeAttempts, failedTestsOf, plural } from '../../facts/guest.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';

const CONSOLE = 'console.log';
const MAX_FRAMES = 4;
const FRAME_CELLS = 60;

/** Why a guest did not simply pass, and where to look. */
export function renderProblem(guest: GuestResult, paint: Paint, runFolder: string | null): string[] {
  const { id, outcome, reason, artifacts, warnings, fault } = guest;
  const retried = describeAttempts(guest);
  const details = [
    ...crashLines(guest).map(paint.faint),
    ...failedTestsOf(guest).map((test) => {
      const message = test.message === null ? '' : `: ${cleanLine(test.message)}`;
      return `${paint.outcome('fail')} ${cleanLine(test.name)}${message}`;
    }),
    ...(retried === null ? [] : [paint.warning(cleanLine(retried))]),
    ...(fault ? [paint.warning(`${fault.kind} was injected`)] : []),
    ...warnings.slice(0, 5).map(({ kind, line }) => paint.warning(cleanLine(`${kind}: ${line}`))),
    ...(warnings.length > 5 ? [paint.warning(`… and ${plural(warnings.length - 5, 'more warning')}`)] : []),
    ...(runFolder !== null && artifacts.includes(CONSOLE)
      ? [`console: ${shortPath(join(runFolder, cleanLine(id), CONSOLE))}`]
      : []),
  ];
  return [
    '',
    `${paint.strong(cleanLine(id))} ${guest.flaky ? paint.warning('flaky') : paint.outcome(outcome)}${reason === null ? '' : `: ${cleanLine(reason)}`}`,
    ...details.map((line) => `  ${line}`),
  ];
}

/** What the same crash is known by, and where in the kernel it was. */
function crashLines({ fingerprint, trace = [] }: GuestResult): string[] {
  if (fingerprint === undefined) return [];
  const shown = trace.slice(0, MAX_FRAMES).map((frame) => cleanLine(frame, FRAME_CELLS));
  const where =
    shown.length === 0 ? '' : ` in ${shown.join(' < ')}${trace.length > shown.length ? ' < …' : ''}`;
  return [`crash ${cleanLine(fingerprint, FRAME_CELLS)}${where}`];
}

/** From here if that is shorter. */
export function shortPath(path: string): string {
  const fromHere = relative('', path);
  return fromHere !== '' && fromHere.length < path.length ? fromHere : path;
}
