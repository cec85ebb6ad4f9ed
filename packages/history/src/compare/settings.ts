import type { Report } from '@coordinator/shared/report';

export interface SettingChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What two runs were asked for, and made of, where that differs. */
export function compareSettings(a: Report, b: Report): SettingChange[] {
  const [before, after] = [settingsOf(a), settingsOf(b)];
  return Object.keys(before).flatMap((name) => {
    const [was = '', is = ''] = [before[name], after[name]];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

function settingsOf(report: Report): Record<string, string> {
  const {
    coordinator,
    platform,
    vmm,
    vmm_version: version,
    channel,
    start,
    plan,
    exerciser,
    seed,
    stress,
  } = report;
  const kernels = new Set(report.guests.flatMap(({ kernel }) => kernel ?? []));
  return {
    ...{ coordinator, platform, vmm: version === null ? vmm : `${vmm} ${version}`, channel, start, plan },
    exerciser: exerciser ?? 'smmute',
    kernels: [...kernels].sort().join(', '),
    guests: stress ? '' : String(report.guests.length),
    // A stress run makes its own up.
    seed: stress || seed === undefined ? '' : String(seed),
    mode: stress ? `${stress.mode}, varying ${stress.vary}, ${stress.jobs} at once` : '',
    command: report.command.slice(1).join(' '),
  };
}
