import type { KernelFinding } from './fault.ts';

/** What a function is known by on its bus: PCI Express Base Specification, "Requester ID". */
export function requesterId(bdf: string): number {
  const [, bus = '0', device = '0', fn = '0'] = /:([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(bdf) ?? [];
  return (Number.parseInt(bus, 16) << 8) | (Number.parseInt(device, 16) << 3) | Number(fn);
}

/**
 * Whether a finding is about this function. Firmware maps requester IDs to an IOMMU's streams, as a rule by adding a
 * base that leaves their 16 bits alone.
 */
export function isAbout(finding: KernelFinding, bdf: string): boolean {
  if (finding.bdf !== null) return finding.bdf === bdf;
  return finding.stream !== null && (finding.stream & 0xffff) === requesterId(bdf);
}
