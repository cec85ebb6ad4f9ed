/** A register of configuration space, or a piece of one. */
export interface ConfigField {
  /** From the start of what it is a part of. */
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  /** After reset; 0 unless given. */
  readonly value?: number;
  /** Bits software may change; all others are read-only. */
  readonly writable?: number;
}

/** A capability of the first 256 bytes: two bytes of header, written for it, and its fields. */
export interface Capability {
  readonly id: number;
  /** Its place in configuration space, a multiple of 4 from 0x40. */
  readonly at: number;
  readonly fields: readonly ConfigField[];
}

/** A capability of the extended space: four bytes of header, written for it, and its fields. */
export interface ExtendedCapability {
  readonly id: number;
  readonly version: number;
  /** Its place in configuration space, a multiple of 4 from 0x100. */
  readonly at: number;
  readonly fields: readonly ConfigField[];
}

const ATS_PAGE_ALIGNED_REQUEST = 1 << 5;
const ATS_CONTROL = 0x801f; // enable, smallest translation unit

/**
 * Address Translation Services (PCI Express Base, 10.5.1): 8 bytes. That translations may be cached; a device that
 * never asks for one is a legal one.
 */
export function addressTranslation(at: number): ExtendedCapability {
  return firstVersion(0x000f, at, [
    { offset: 4, bytes: 2, value: ATS_PAGE_ALIGNED_REQUEST },
    { offset: 6, bytes: 2, writable: ATS_CONTROL },
  ]);
}

const PRI_CONTROL = 1; // enable
const PRI_STOPPED = 1 << 8;

/** Page Request Interface (PCI Express Base, 10.5.2): 16 bytes. `capacity`: page requests it may have outstanding. */
export function pageRequest(at: number, capacity = 1): ExtendedCapability {
  return firstVersion(0x0013, at, [
    { offset: 4, bytes: 2, writable: PRI_CONTROL },
    { offset: 6, bytes: 2, value: PRI_STOPPED },
    { offset: 8, bytes: 4, value: capacity },
    { offset: 12, bytes: 4, writable: 0xffff_ffff },
  ]);
}

const ACS_REQUEST_REDIRECT = 1 << 2;
const ACS_COMPLETION_REDIRECT = 1 << 3;
const ACS_BITS = ACS_REQUEST_REDIRECT | ACS_COMPLETION_REDIRECT;

/**
 * Access Control Services of a multi-function device (PCI Express Base, 6.12 and 7.7.11), 8 bytes: request and completion
 * redirect, which is what lets an operating system put each function into an IOMMU group of its own.
 */
export function accessControlServices(at: number): ExtendedCapability {
  return firstVersion(0x000d, at, [
    { offset: 4, bytes: 2, value: ACS_BITS },
    { offset: 6, bytes: 2, writable: ACS_BITS },
  ]);
}

function firstVersion(id: number, at: number, fields: readonly ConfigField[]): ExtendedCapability {
  return { id, version: 1, at, fields };
}
