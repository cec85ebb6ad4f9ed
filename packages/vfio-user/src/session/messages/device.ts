import { ProtocolError } from '../../errno.ts';
import { irqSet } from '../../wire/protocol.ts';
import { checkVersion, versionReply } from '../../wire/version.ts';
import { type Handler, need } from '../exchange.ts';
import { deviceInfoReply, irqInfoReply, regionInfoReply } from '../info.ts';
import { setIrqs as setLines } from '../irqs.ts';

export const version: Handler = (exchange, message) => {
  if (exchange.greeted) throw new ProtocolError('VERSION a second time');
  checkVersion(exchange.payload(message));
  exchange.greeted = true;
  exchange.answer(message, versionReply());
};

export const deviceInfo: Handler = (exchange, message) =>
  exchange.answer(message, deviceInfoReply(exchange.payload(message)));

export const regionInfo: Handler = (exchange, message) =>
  exchange.answer(message, regionInfoReply(exchange.payload(message), exchange.parts.device));

export const irqInfo: Handler = (exchange, message) =>
  exchange.answer(message, irqInfoReply(exchange.payload(message), exchange.parts.device.msix.vectors));

export const setIrqs: Handler = (exchange, message, fds) => {
  need(message, 20);
  const { lines, device } = exchange.parts;
  const request = {
    flags: exchange.u32(message, irqSet.flags),
    index: exchange.u32(message, irqSet.index),
    start: exchange.u32(message, irqSet.start),
    count: exchange.u32(message, irqSet.count),
    data: exchange.bytes.subarray(message.payload + 20, message.payload + message.payloadBytes),
  };
  device.countInterrupts(setLines(request, fds, lines, device.msix));
  exchange.reply(message, 0);
};

export const reset: Handler = (exchange, message) => {
  exchange.parts.device.reset();
  exchange.reply(message, 0);
};
