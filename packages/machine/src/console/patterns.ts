/** What a kernel prints when something is wrong. Only a panic is fatal by itself; the rest is held against the guest. */
interface ConsolePattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** First match wins. The texts are those of Linux on arm64, from 4.4 on; older ones lack some of their prefixes. */
const patterns: readonly ConsolePattern[] = [
  { kind: 'panic', pattern: /Kernel panic - not syncing/ },
  // arch/arm64/kernel/traps.c: what die() is told follows, "Oops" being one; an external abort is another, which is
  // how a read of a device that is gone ends.
  {
    kind: 'oops',
    pattern: /Internal error: |Unable to handle kernel|kernel BUG at|Bad mode in .* handler detected/,
  },
  { kind: 'serror', pattern: /SError Interrupt on CPU|Asynchronous SError/ },
  {
    kind: 'rcu-stall',
    pattern: /rcu: INFO: .*(stall|detected)|\bINFO: rcu_\w+ .*\bstalls? on CPU|\brcu_\w+ kthread starved/,
  },
  { kind: 'soft-lockup', pattern: /BUG: soft lockup/ },
  { kind: 'hard-lockup', pattern: /watchdog.* hard LOCKUP/i },
  { kind: 'hung-task', pattern: /INFO: task .* blocked for more than/ },
  { kind: 'kasan', pattern: /BUG: KASAN:/ },
  { kind: 'kfence', pattern: /BUG: KFENCE:/ },
  { kind: 'ubsan', pattern: /UBSAN:/ },
  { kind: 'unhandled-fault', pattern: /Unhandled fault/ },
  // drivers/iommu/arm/arm-smmu-v3: "event 0x10 received:", since 6.13 "event: F_TRANSLATION client: …".
  { kind: 'smmu-event', pattern: /arm-smmu-v3 .*(\bevent(s lost|:| 0x)|PRI request received)/ },
  { kind: 'smmu-error', pattern: /arm-smmu-v3 .*(global error reported|CMDQ error|CMD_SYNC timeout)/ },
  // drivers/iommu/arm/arm-smmu: the SMMUv2.
  {
    kind: 'iommu-fault',
    pattern:
      /virtio_iommu .*fault|arm-smmu .*(Unhandled context fault|global fault|Blocked unknown Stream ID)/,
  },
  // drivers/acpi/apei, drivers/firmware/efi/cper.c, drivers/edac.
  { kind: 'hardware-error', pattern: /\[Hardware Error\]|Hardware error from APEI|\bEDAC \w+: \d+ [CU]E\b/ },
  // drivers/pci/pcie/aer.c, dpc.c.
  {
    kind: 'pcie-error',
    pattern: /PCIe Bus Error: severity=|\bAER: .*\berror\b.* received|DPC: containment event/,
  },
  { kind: 'missed-msi', pattern: /\S: missed MSI for transaction \d/ },
  { kind: 'interrupt-error', pattern: /\birq \d+: nobody cared|\bITS queue timeout/ },
  { kind: 'out-of-memory', pattern: /Out of memory: Kill(ed)? process/ },
  { kind: 'bug', pattern: /\bBUG: / },
  { kind: 'warning', pattern: /\bWARNING: |\[ INFO: (possible|suspicious|inconsistent) / },
];

/** Whether it is that an IOMMU let an access of a device not through. */
export const isIommuFault = (kind: string): boolean => kind === 'smmu-event' || kind === 'iommu-fault';

export interface ConsoleFinding {
  readonly kind: string;
  readonly line: string;
}

/** What `line` says is wrong, if anything. */
export function matchConsoleLine(line: string): ConsoleFinding | null {
  const match = patterns.find(({ pattern }) => pattern.test(line));
  return match ? { kind: match.kind, line } : null;
}
