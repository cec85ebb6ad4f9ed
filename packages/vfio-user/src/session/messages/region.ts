import { Errno, RequestError } from '../../errno.ts';
import { layoutBytes } from '../../layout.ts';
import { multiWrite, regionAccess } from '../../wire/protocol.ts';
import { type Handler, need } from '../exchange.ts';

const ACCESS_BYTES = 16;
const WRITE_BYTES = layoutBytes(multiWrite);
/** Of what is read, before there is room for a reply. */
const scratch = new Uint8Array(4096);

export const regionRead: Handler = (exchange, message) => {
  need(message, ACCESS_BYTES);
  const at = message.payload;
  const offset = exchange.u64(message, regionAccess.offset);
  const region = exchange.u32(message, regionAccess.region);
  const count = exchange.u32(message, regionAccess.count);
  const { device, outbox } = exchange.parts;
  if (count > device.regionBytes(region))
    throw new RequestError(Errno.EINVAL, `read of ${count} bytes of region ${region}`);
  device.readRegion(region, offset, count, scratch, 0);
  const reply = exchange.reply(message, ACCESS_BYTES + count);
  if (reply < 0) return;
  const { bytes } = outbox;
  bytes.set(exchange.bytes.subarray(at, at + ACCESS_BYTES), reply);
  for (let index = 0; index < count; index++) bytes[reply + ACCESS_BYTES + index] = scratch[index] as number;
};

export const regionWrite: Handler = (exchange, message) => {
  need(message, ACCESS_BYTES);
  const at = message.payload;
  const offset = exchange.u64(message, regionAccess.offset);
  const region = exchange.u32(message, regionAccess.region);
  const count = exchange.u32(message, regionAccess.count);
  const carried = message.payloadBytes - ACCESS_BYTES;
  if (count !== carried)
    throw new RequestError(Errno.EINVAL, `write of ${count} bytes that carries ${carried}`);
  exchange.parts.device.writeRegion(region, offset, count, exchange.bytes, at + ACCESS_BYTES);
  const reply = exchange.reply(message, ACCESS_BYTES);
  if (reply >= 0) exchange.parts.outbox.bytes.set(exchange.bytes.subarray(at, at + ACCESS_BYTES), reply);
};

export const regionWriteMulti: Handler = (exchange, message) => {
  need(message, 8);
  const { view, bytes, parts } = exchange;
  const writes = view.getBigUint64(message.payload, true);
  if (writes * BigInt(WRITE_BYTES) !== BigInt(message.payloadBytes - 8))
    throw new RequestError(Errno.EINVAL, `${writes} writes in ${message.payloadBytes} bytes`);
  for (let at = message.payload + 8; at < message.payload + message.payloadBytes; at += WRITE_BYTES) {
    const offset = view.getBigUint64(at + multiWrite.offset.offset, true);
    const region = view.getUint32(at + multiWrite.region.offset, true);
    const count = view.getUint32(at + multiWrite.count.offset, true);
    if (count > 8) throw new RequestError(Errno.EINVAL, `write of ${count} bytes among several`);
    parts.device.writeRegion(region, offset, count, bytes, at + multiWrite.data.offset);
  }
  const reply = exchange.reply(message, 8);
  if (reply >= 0) parts.outbox.view.setBigUint64(reply, writes, true);
};

/** The device has no doorbells that the kernel could ring for it. */
export const regionIoFds: Handler = () => {
  throw new RequestError(Errno.ENOTSUP, 'GET_REGION_IO_FDS: no region has ioeventfds');
};
