import { Errno, RequestError } from '../../errno.ts';
import {
  DmaMapFlag,
  DmaUnmapFlag,
  dmaMap as mapLayout,
  dmaUnmap as unmapLayout,
} from '../../wire/protocol.ts';
import { type Handler, need } from '../exchange.ts';

const MAP_BYTES = 32;
const UNMAP_BYTES = 24;

export const dmaMap: Handler = (exchange, message, fds) => {
  need(message, MAP_BYTES);
  const { device, memory } = exchange.parts;
  const flags = exchange.u32(message, mapLayout.flags);
  if ((flags & ~(DmaMapFlag.READ | DmaMapFlag.WRITE)) !== 0)
    throw new RequestError(Errno.EINVAL, `DMA map with flags 0x${flags.toString(16)}`);
  if (fds.length > 1) throw new RequestError(Errno.EINVAL, `DMA map with ${fds.length} descriptors`);
  const request = {
    address: exchange.u64(message, mapLayout.address),
    size: exchange.u64(message, mapLayout.size),
    read: (flags & DmaMapFlag.READ) !== 0,
    write: (flags & DmaMapFlag.WRITE) !== 0,
  };
  device.dma.check(request);
  const fd = fds.shift();
  const backing =
    fd === undefined
      ? null
      : memory.open(fd, exchange.u64(message, mapLayout.offset), request.size, request.write);
  device.dma.map(request, backing);
  exchange.reply(message, 0);
};

export const dmaUnmap: Handler = (exchange, message) => {
  need(message, UNMAP_BYTES);
  const { device, outbox } = exchange.parts;
  const flags = exchange.u32(message, unmapLayout.flags);
  const address = exchange.u64(message, unmapLayout.address);
  let size = exchange.u64(message, unmapLayout.size);
  if (flags === DmaUnmapFlag.ALL) {
    if (address !== 0n || size !== 0n)
      throw new RequestError(Errno.EINVAL, 'DMA unmap of everything and a range');
    device.dma.clear();
  } else if (flags === 0) size = device.dma.unmap(address, size);
  else throw new RequestError(Errno.ENOTSUP, `DMA unmap with flags 0x${flags.toString(16)}`);
  const at = exchange.reply(message, UNMAP_BYTES);
  if (at < 0) return;
  const { view } = outbox;
  view.setUint32(at + unmapLayout.argsz.offset, UNMAP_BYTES, true);
  view.setUint32(at + unmapLayout.flags.offset, flags, true);
  view.setBigUint64(at + unmapLayout.address.offset, address, true);
  view.setBigUint64(at + unmapLayout.size.offset, size, true);
};
