import type { Report } from '@coordinator/shared/report';
import { cleanLine } from '../../facts/text.ts';
import type { Identity } from './identity.ts';

/** Crashes by their fingerprints: an issue for each, and an incident for each guest that had it. */
export function makeIssues(report: Report, identity: Identity) {
  const crashed = report.guests.flatMap((guest) =>
    guest.fingerprint ? [{ guest, print: guest.fingerprint }] : [],
  );
  const { origin, idOf } = identity;
  const prints = [...new Set(crashed.map(({ print }) => print))];
  const issues = prints.map((print) => {
    const first = crashed.find((one) => one.print === print)?.guest;
    return {
      ...{ id: idOf('crash', print), version: 1, origin, comment: cleanLine(first?.reason ?? print) },
      misc: { fingerprint: print, trace: (first?.trace ?? []).map((frame) => cleanLine(frame)) },
    };
  });
  const incidents = crashed.map(({ guest, print }) => ({
    ...{ id: idOf(report.run, guest.id, 'crash'), origin, issue_id: idOf('crash', print), issue_version: 1 },
    ...{ test_id: idOf(report.run, guest.id, 'guest'), present: true },
  }));
  return issues.length === 0 ? {} : { issues, incidents };
}
