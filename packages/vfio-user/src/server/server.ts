import type { DeviceFactory, DevicePort } from '../device/device.ts';
import { PollEvent, Poller } from '../syscalls/index.ts';
import type { Channel } from './control.ts';
import {
  type DeviceRequest,
  parseLine,
  parseRequest,
  type Request,
  type RequestLine,
} from './control-protocol.ts';
import { RateLimit } from './rate-limit.ts';
import { ServedDevice } from './served-device.ts';

/**
 * Serves devices in one blocking poll loop: control channel, listening sockets, connections, and between them
 * the work that was started, a slice at a time. Ends when the control channel does.
 */
export class Server {
  readonly #control: Channel;
  readonly #factory: DeviceFactory;
  readonly #devices = new Map<string, ServedDevice>();
  readonly #poller = new Poller();

  constructor(control: Channel, factory: DeviceFactory) {
    this.#control = control;
    this.#factory = factory;
  }

  /** @throws Error if the id or the socket is taken, the socket or such a device cannot be made */
  add({ id, socket, options }: DeviceRequest): void {
    if (this.#devices.has(id)) throw new Error(`device ${id} exists already`);
    const limit = new RateLimit();
    const make = (port: DevicePort) => this.#factory(options, port);
    const device = new ServedDevice({ id, socket }, make, {
      connected: () => this.#control.write({ event: 'connected', id }),
      disconnected: (reason) => this.#control.write({ event: 'disconnected', id, reason }),
      warning: (message) => {
        const suppressed = limit.admit(Date.now());
        if (suppressed === null) return;
        const more = suppressed > 0 ? ` (${suppressed} more lines were left out)` : '';
        this.#control.write({ event: 'log', id, message: message + more });
      },
    });
    this.#devices.set(id, device);
    this.#control.write({ event: 'listening', id, socket });
  }

  /** Returns when the control channel has ended; every socket is gone then. */
  run(): void {
    try {
      while (this.#turn()) {
        // Everything happens in turns.
      }
    } finally {
      for (const device of this.#devices.values()) device.close('server stopped');
    }
  }

  #turn(): boolean {
    const poller = this.#poller;
    const control = this.#control;
    poller.clear();
    poller.add(control.fd, PollEvent.IN);
    const output = control.blocked ? poller.add(control.outputFd, PollEvent.OUT) : -1;
    const devices = [...this.#devices.values()];
    const first = output < 0 ? 1 : 2;
    let timeout = -1;
    const before = Date.now();
    for (const device of devices) {
      const { connection, deadline } = device;
      poller.add(device.listener.fd, PollEvent.IN);
      // A negative descriptor is one that poll passes over.
      poller.add(connection?.fd ?? -1, connection?.blocked ? PollEvent.OUT : PollEvent.IN);
      if (device.runnable) timeout = 0;
      if (deadline !== null && timeout !== 0) {
        const wait = Math.max(1, deadline - before);
        timeout = timeout < 0 ? wait : Math.min(timeout, wait);
      }
    }
    // Looking a few times before sleeping was tried: with two cores it takes more from the guest than it gives.
    const count = poller.wait(timeout);
    if (count > 0) {
      if (poller.ready(0) !== 0 && !control.read((line) => this.#request(line))) return false;
      if (output >= 0 && poller.ready(output) !== 0) control.flush();
      devices.forEach((device, index) => {
        // A device that control has just removed is closed: its descriptors mean nothing now.
        if (this.#devices.get(device.id) !== device) return;
        const blocked = device.connection?.blocked ?? false;
        if (poller.ready(first + 2 * index + 1) !== 0) device.ready(blocked);
        if (poller.ready(first + 2 * index) !== 0) device.accept();
      });
    }
    const now = Date.now();
    for (const device of this.#devices.values()) device.run(now);
    return true;
  }

  #request(text: string): void {
    let line: RequestLine;
    try {
      line = parseLine(text);
    } catch (error) {
      this.#control.write({ event: 'log', message: `control line refused: ${message(error)}` });
      return;
    }
    try {
      this.#control.write({ reply: line.request, result: this.#perform(parseRequest(line)) });
    } catch (error) {
      this.#control.write({ reply: line.request, error: message(error) });
    }
  }

  #perform(request: Request): unknown {
    switch (request.op) {
      case 'add':
        this.add(request.device);
        return null;
      case 'remove':
        this.#device(request.id).close('device removed');
        this.#devices.delete(request.id);
        return null;
      case 'drop':
        this.#device(request.id).disconnect('dropped on request');
        return null;
      case 'stats':
        return Object.fromEntries([...this.#devices].map(([id, device]) => [id, device.stats]));
    }
  }

  #device(id: string): ServedDevice {
    const device = this.#devices.get(id);
    if (device === undefined) throw new Error(`no device ${id}`);
    return device;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
