/**
 * The function's configuration space, as data. Sources: PCI Local Bus 3.0 (type 0 header, MSI-X), PCI Express
 * Base (capability, ACS), and a public `lspci -vv` of the real engine (identity, BARs, capability offsets).
 */
export interface ConfigField {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  readonly value?: number;
  /** Bits software may change; all others are read-only. */
  readonly writable?: number;
}

export const CONFIG_BYTES = 4096;

export const MSIX_CAPABILITY = 0x48;
export const PCIE_CAPABILITY = 0x54;
export const ACS_CAPABILITY = 0x100;

export const COMMAND = 0x04;
export const COMMAND_BUS_MASTER = 1 << 2;

export const MSIX_CONTROL = MSIX_CAPABILITY + 2;
export const MSIX_CONTROL_ENABLE = 1 << 15;
export const MSIX_CONTROL_FUNCTION_MASK = 1 << 14;

export const DEVICE_CONTROL = PCIE_CAPABILITY + 8;
export const DEVICE_CONTROL_INITIATE_FLR = 1 << 15;

/** Sizes of the memory BARs by index; those not named do not exist. */
export const BAR_BYTES: Readonly<Record<number, number>> = { 0: 256 * 1024, 2: 32 * 1024, 4: 4096 };
export const MSIX_TABLE_BAR = 2;
export const MSIX_PBA_BAR = 4;

const DEVICE_CAPABILITIES = (1 << 28) | (1 << 15); // FLR, role-based error reporting
const LINK_2_5GT_X1 = (1 << 4) | 1;
const ACS_REQUEST_REDIRECT = 1 << 2;
const ACS_COMPLETION_REDIRECT = 1 << 3;
const ACS_BITS = ACS_REQUEST_REDIRECT | ACS_COMPLETION_REDIRECT;

/** Every register that is not all zeros and read-only, for a function with `vectors` MSI-X vectors. */
export function configFields(vectors: number): ConfigField[] {
  const fields: ConfigField[] = [
    { offset: 0x00, bytes: 2, value: 0x13b5 }, // vendor: Arm
    { offset: 0x02, bytes: 2, value: 0xff80 }, // device: SMMU test engine
    { offset: COMMAND, bytes: 2, writable: 0x0546 }, // memory, bus master, parity, SERR, INTx disable
    { offset: 0x06, bytes: 2, value: 0x0010 }, // status: capability list
    { offset: 0x09, bytes: 1, value: 0x00 },
    { offset: 0x0b, bytes: 1, value: 0xff }, // class ff0000
    { offset: 0x0c, bytes: 1, writable: 0xff }, // cache line size
    { offset: 0x2c, bytes: 2, value: 0x13b5 }, // subsystem vendor
    { offset: 0x34, bytes: 1, value: MSIX_CAPABILITY },
    { offset: 0x3c, bytes: 1, writable: 0xff }, // interrupt line

    { offset: MSIX_CAPABILITY, bytes: 2, value: (PCIE_CAPABILITY << 8) | 0x11 },
    {
      offset: MSIX_CONTROL,
      bytes: 2,
      value: vectors - 1,
      writable: MSIX_CONTROL_ENABLE | MSIX_CONTROL_FUNCTION_MASK,
    },
    { offset: MSIX_CAPABILITY + 4, bytes: 4, value: MSIX_TABLE_BAR },
    { offset: MSIX_CAPABILITY + 8, bytes: 4, value: MSIX_PBA_BAR },

    { offset: PCIE_CAPABILITY, bytes: 2, value: 0x10 },
    { offset: PCIE_CAPABILITY + 2, bytes: 2, value: 0x0002 }, // version 2, endpoint
    { offset: PCIE_CAPABILITY + 4, bytes: 4, value: DEVICE_CAPABILITIES },
    { offset: DEVICE_CONTROL, bytes: 2, writable: 0x7fff },
    { offset: PCIE_CAPABILITY + 0x0c, bytes: 4, value: LINK_2_5GT_X1 },
    { offset: PCIE_CAPABILITY + 0x10, bytes: 2, writable: 0x00c3 }, // link control
    { offset: PCIE_CAPABILITY + 0x12, bytes: 2, value: LINK_2_5GT_X1 },
    { offset: PCIE_CAPABILITY + 0x28, bytes: 2, writable: 0x001f }, // device control 2

    { offset: ACS_CAPABILITY, bytes: 4, value: 0x0001000d }, // version 1, last
    { offset: ACS_CAPABILITY + 4, bytes: 2, value: ACS_BITS },
    { offset: ACS_CAPABILITY + 6, bytes: 2, writable: ACS_BITS },
  ];
  for (const [bar, bytes] of Object.entries(BAR_BYTES)) {
    // 32-bit, not prefetchable. The bits below the size are read-only zeros: that is how a BAR is sized.
    fields.push({ offset: 0x10 + 4 * Number(bar), bytes: 4, writable: ~(bytes - 1) >>> 0 });
  }
  return fields;
}
