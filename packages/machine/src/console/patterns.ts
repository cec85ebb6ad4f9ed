/** What a kernel prints when something is wrong. Only a panic is fatal by itself; the rest is held against the guest. */
interface ConsolePattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** First match wins. The texts are those of Linux on arm64. */
const patterns: readonly ConsolePattern[] = [
  { kind: 'panic', pattern: /Kernel panic - not syncing/ },
  { kind: 'oops', pattern: /Internal error: Oops|Unable to handle kernel|kernel BUG at/ },
  { kind: 'rcu-stall', pattern: /rcu: INFO: .*(stall|detected)/ },
  { kind: 'soft-lockup', pattern: /watchdog: BUG: soft lockup/ },
  { kind: 'hard-lockup', pattern: /watchdog: .*hard LOCKUP/i },
  { kind: 'hung-task', pattern: /INFO: task .* blocked for more than/ },
  { kind: 'kasan', pattern: /BUG: KASAN:/ },
  { kind: 'kfence', pattern: /BUG: KFENCE:/ },
  { kind: 'ubsan', pattern: /UBSAN:/ },
  { kind: 'unhandled-fault', pattern: /Unhandled fault/ },
  { kind: 'smmu-event', pattern: /arm-smmu-v3 .*event/ },
  { kind: 'iommu-fault', pattern: /virtio_iommu .*fault/ },
  { kind: 'missed-msi', pattern: /\S: missed MSI for transaction \d/ },
  { kind: 'out-of-memory', pattern: /Out of memory: Killed process/ },
  { kind: 'bug', pattern: /\bBUG: / },
  { kind: 'warning', pattern: /\bWARNING: / },
];

export interface ConsoleFinding {
  readonly kind: string;
  readonly line: string;
}

/** What `line` says is wrong, if anything. */
export function matchConsoleLine(line: string): ConsoleFinding | null {
  const match = patterns.find(({ pattern }) => pattern.test(line));
  return match ? { kind: match.kind, line } : null;
}
