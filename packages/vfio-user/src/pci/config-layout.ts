import type { Capability, ConfigField } from './capability.ts';
import type { ExpressModel, FunctionModel, MsixModel } from './model.ts';

// Configuration space, as data. Sources: PCI Local Bus 3.0 (type 0 header, MSI-X), PCI Express Base (capability).

export const CONFIG_BYTES = 4096;

export const COMMAND = 0x04;
export const COMMAND_BUS_MASTER = 1 << 2;

/** From the start of the MSI-X capability. */
export const MSIX_CONTROL = 2;
export const MSIX_CONTROL_ENABLE = 1 << 15;
export const MSIX_CONTROL_FUNCTION_MASK = 1 << 14;

/** From the start of the PCI Express capability. */
export const DEVICE_CONTROL = 8;
export const DEVICE_CONTROL_INITIATE_FLR = 1 << 15;

const BAR_64_BIT = 1 << 2;
const BAR_PREFETCHABLE = 1 << 3;
const STATUS_CAPABILITY_LIST = 1 << 4;
const DEVICE_CAPABILITIES = (1 << 28) | (1 << 15); // FLR, role-based error reporting
const LINK_2_5GT_X1 = (1 << 4) | 1;
const EXPRESS_VERSION = 2;
const EXPRESS_TYPE = { endpoint: 0, 'integrated-endpoint': 9 } as const;

/** Every register that is not all zeros and read-only. */
export function configFields(model: FunctionModel): ConfigField[] {
  const { identity, bars, extendedCapabilities = [] } = model;
  const capabilities = byPlace(capabilitiesOf(model));
  const fields: ConfigField[] = [
    { offset: 0x00, bytes: 2, value: identity.vendor },
    { offset: 0x02, bytes: 2, value: identity.device },
    { offset: COMMAND, bytes: 2, writable: 0x0546 }, // memory, bus master, parity, SERR, INTx disable
    { offset: 0x06, bytes: 2, value: capabilities.length > 0 ? STATUS_CAPABILITY_LIST : 0 },
    { offset: 0x08, bytes: 4, value: ((identity.classCode << 8) | (identity.revision ?? 0)) >>> 0 },
    { offset: 0x0c, bytes: 1, writable: 0xff }, // cache line size
    { offset: 0x2c, bytes: 2, value: identity.subsystemVendor ?? 0 },
    { offset: 0x2e, bytes: 2, value: identity.subsystem ?? 0 },
    { offset: 0x34, bytes: 1, value: capabilities[0]?.at ?? 0 },
    { offset: 0x3c, bytes: 1, writable: 0xff }, // interrupt line
  ];
  for (const [index, { bytes, bits, prefetchable }] of Object.entries(bars)) {
    const offset = 0x10 + 4 * Number(index);
    const value = (bits === 64 ? BAR_64_BIT : 0) | (prefetchable ? BAR_PREFETCHABLE : 0);
    // The bits below the size are read-only: that is how a BAR is sized.
    fields.push({ offset, bytes: 4, value, writable: ~(bytes - 1) >>> 0 });
    if (bits === 64) fields.push({ offset: offset + 4, bytes: 4, writable: 0xffff_ffff });
  }
  capabilities.forEach(({ id, at, fields: own }, index) => {
    const next = capabilities[index + 1]?.at ?? 0;
    fields.push({ offset: at, bytes: 2, value: (next << 8) | id }, ...moved(own, at));
  });
  byPlace(extendedCapabilities).forEach(({ id, version, at, fields: own }, index, sorted) => {
    const next = sorted[index + 1]?.at ?? 0;
    fields.push(
      { offset: at, bytes: 4, value: ((next << 20) | (version << 16) | id) >>> 0 },
      ...moved(own, at),
    );
  });
  return fields;
}

function capabilitiesOf({ msix, express, capabilities = [] }: FunctionModel): Capability[] {
  return [
    ...(msix === undefined ? [] : [msixCapability(msix)]),
    ...(express === undefined ? [] : [expressCapability(express)]),
    ...capabilities,
  ];
}

function msixCapability({ at, vectors, table, pending }: MsixModel): Capability {
  return {
    id: 0x11,
    at,
    fields: [
      {
        offset: MSIX_CONTROL,
        bytes: 2,
        value: vectors - 1,
        writable: MSIX_CONTROL_ENABLE | MSIX_CONTROL_FUNCTION_MASK,
      },
      { offset: 4, bytes: 4, value: (table.offset ?? 0) | table.bar },
      { offset: 8, bytes: 4, value: (pending.offset ?? 0) | pending.bar },
    ],
  };
}

function expressCapability({ at, type }: ExpressModel): Capability {
  const fields: ConfigField[] = [
    { offset: 2, bytes: 2, value: (EXPRESS_TYPE[type] << 4) | EXPRESS_VERSION },
    { offset: 4, bytes: 4, value: DEVICE_CAPABILITIES },
    { offset: DEVICE_CONTROL, bytes: 2, writable: 0x7fff },
    { offset: 0x28, bytes: 2, writable: 0x001f }, // device control 2
  ];
  if (type === 'endpoint')
    fields.push(
      { offset: 0x0c, bytes: 4, value: LINK_2_5GT_X1 },
      { offset: 0x10, bytes: 2, writable: 0x00c3 }, // link control
      { offset: 0x12, bytes: 2, value: LINK_2_5GT_X1 },
    );
  return { id: 0x10, at, fields };
}

function moved(fields: readonly ConfigField[], by: number): ConfigField[] {
  return fields.map((field) => ({ ...field, offset: field.offset + by }));
}

function byPlace<T extends { readonly at: number }>(capabilities: readonly T[]): T[] {
  return [...capabilities].sort((a, b) => a.at - b.at);
}
