import type { DevicePort } from '../device/device.ts';
import { serveProcess } from '../server/serve-process.ts';
import { ReaderDevice } from './reader-device.ts';

/** Breaks in the way it was asked for, once it is written to. */
class FaultyDevice extends ReaderDevice {
  readonly #fails: string;
  #broken = false;

  constructor(port: DevicePort, fails: string) {
    super(port);
    this.#fails = fails;
  }

  override write(): void {
    this.#broken = true;
    this.#failIn('write');
  }

  override reset(): void {
    this.#failIn('reset');
    this.#broken = false;
  }

  get runnable(): boolean {
    this.#failIn('runnable');
    return this.#broken && this.#fails === 'step';
  }

  step(): void {
    this.#failIn('step');
  }

  #failIn(what: string): void {
    if (this.#broken && this.#fails === what) throw new Error(`${what} failed`);
  }
}

serveProcess('test', (options, port) => {
  if (options === undefined) return new ReaderDevice(port);
  if (typeof options === 'object' && options !== null && 'fails' in options)
    return new FaultyDevice(port, String(options.fails));
  throw new Error('options name no fault');
});
