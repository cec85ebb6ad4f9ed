import type { Report } from '@coordinator/shared/report';
import type { Comparison } from './comparison.ts';

type Settings = Readonly<Record<string, string>>;

/** What two runs were asked for, and made of, where that differs. */
export function compareSettings(before: Settings, after: Settings): Comparison['settings'] {
  return Object.keys(before).flatMap((name) => {
    const [was = '', is = ''] = [before[name], after[name]];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

export function settingsOf(report: Report): Settings {
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
