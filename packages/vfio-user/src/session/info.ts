import { Errno, RequestError } from '../errno.ts';
import { type Layout, layoutBytes } from '../layout.ts';
import { REGION_COUNT } from '../pci/regions.ts';
import {
  DeviceFlag,
  deviceInfo,
  IRQ_COUNT,
  IRQ_MSIX,
  IrqInfoFlag,
  irqInfo,
  RegionFlag,
  regionInfo,
} from '../wire/protocol.ts';

// Each reply repeats the structure of its request, filled in. All throw RequestError EINVAL if the request has
// no room for it or names something that does not exist.

export function deviceInfoReply(request: Uint8Array): Uint8Array {
  const { bytes, view } = copyOf(request, deviceInfo);
  view.setUint32(deviceInfo.flags.offset, DeviceFlag.PCI | DeviceFlag.RESET, true);
  view.setUint32(deviceInfo.regions.offset, REGION_COUNT, true);
  view.setUint32(deviceInfo.irqs.offset, IRQ_COUNT, true);
  return bytes;
}

export function regionInfoReply(
  request: Uint8Array,
  device: { regionBytes(region: number): number },
): Uint8Array {
  const { bytes, view } = copyOf(request, regionInfo);
  const index = view.getUint32(regionInfo.index.offset, true);
  if (index >= REGION_COUNT) throw new RequestError(Errno.EINVAL, `region ${index} does not exist`);
  const size = device.regionBytes(index);
  view.setUint32(regionInfo.flags.offset, size > 0 ? RegionFlag.READ | RegionFlag.WRITE : 0, true);
  view.setUint32(regionInfo.capOffset.offset, 0, true);
  view.setBigUint64(regionInfo.size.offset, BigInt(size), true);
  view.setBigUint64(regionInfo.offset.offset, 0n, true);
  return bytes;
}

/** `vectors`: size of the MSI-X table. */
export function irqInfoReply(request: Uint8Array, vectors: number): Uint8Array {
  const { bytes, view } = copyOf(request, irqInfo);
  const index = view.getUint32(irqInfo.index.offset, true);
  if (index >= IRQ_COUNT) throw new RequestError(Errno.EINVAL, `interrupt index ${index} does not exist`);
  const count = index === IRQ_MSIX ? vectors : 0;
  // Without "no resize": the client may add vectors one by one instead of setting up all of them each time.
  view.setUint32(irqInfo.flags.offset, count > 0 ? IrqInfoFlag.EVENTFD : 0, true);
  view.setUint32(irqInfo.count.offset, count, true);
  return bytes;
}

function copyOf(request: Uint8Array, layout: Layout): { bytes: Uint8Array; view: DataView } {
  const size = layoutBytes(layout);
  if (request.length < size)
    throw new RequestError(Errno.EINVAL, `information asked for in ${request.length} of ${size} bytes`);
  const bytes = request.slice(0, size);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) < size)
    throw new RequestError(
      Errno.EINVAL,
      `information asked for with room for ${view.getUint32(0, true)} of ${size} bytes`,
    );
  view.setUint32(0, size, true);
  return { bytes, view };
}
