import { closeSync, openSync, readSync } from 'node:fs';

/** Base class and sub-class of a PCI-to-PCI bridge. Host, ISA and other bridges are functions as all others. */
const PCI_BRIDGE_CLASS = 0x0604;
/** Where configuration space says how its header is laid out; bit 7 is about other functions. */
const HEADER_TYPE = 0x0e;
const BRIDGE_HEADER = 1;

/**
 * Whether a function is a PCI-to-PCI bridge.
 * @param pciClass base class, sub-class and programming interface in 24 bits
 * @param config the file with its configuration space
 */
export function isBridge(pciClass: number, config: string): boolean {
  return pciClass >>> 8 === PCI_BRIDGE_CLASS && hasBridgeHeader(config);
}

/** Of a function whose class says that it is a bridge: one whose configuration space cannot be read is taken for one. */
function hasBridgeHeader(config: string): boolean {
  const byte = Buffer.alloc(1);
  try {
    const fd = openSync(config, 'r');
    try {
      if (readSync(fd, byte, 0, 1, HEADER_TYPE) === 0) return true;
    } finally {
      closeSync(fd);
    }
  } catch {
    return true;
  }
  return (byte.readUInt8() & 0x7f) === BRIDGE_HEADER;
}
