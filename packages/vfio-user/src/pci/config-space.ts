import {
  COMMAND,
  COMMAND_BUS_MASTER,
  CONFIG_BYTES,
  configFields,
  DEVICE_CONTROL,
  DEVICE_CONTROL_INITIATE_FLR,
  MSIX_CONTROL,
} from './config-layout.ts';
import type { FunctionModel } from './model.ts';

/** What a configuration write did besides storing bits. */
export type ConfigEffect = 'none' | 'msix' | 'flr';

/** The place of a register the function does not have. */
const NOWHERE = -2;

/** 4096 bytes of configuration space with a write mask for each bit. */
export class ConfigSpace {
  readonly #bytes = new Uint8Array(CONFIG_BYTES);
  readonly #initial = new Uint8Array(CONFIG_BYTES);
  readonly #mask = new Uint8Array(CONFIG_BYTES);
  readonly #msixControl: number;
  readonly #deviceControl: number;

  constructor(model: FunctionModel) {
    this.#msixControl = model.msix === undefined ? NOWHERE : model.msix.at + MSIX_CONTROL;
    this.#deviceControl = model.express === undefined ? NOWHERE : model.express.at + DEVICE_CONTROL;
    for (const { offset, bytes, value = 0, writable = 0 } of configFields(model)) {
      for (let index = 0; index < bytes; index++) {
        this.#initial[offset + index] = value >>> (8 * index);
        this.#mask[offset + index] = writable >>> (8 * index);
      }
    }
    this.reset();
  }

  reset(): void {
    this.#bytes.set(this.#initial);
  }

  get busMaster(): boolean {
    return (this.#u16(COMMAND) & COMMAND_BUS_MASTER) !== 0;
  }

  get msixControl(): number {
    return this.#msixControl < 0 ? 0 : this.#u16(this.#msixControl);
  }

  /** Copies `count` bytes from `offset`; the caller has checked the range. */
  read(offset: number, count: number, target: Uint8Array, at: number): void {
    target.set(this.#bytes.subarray(offset, offset + count), at);
  }

  /** Stores the writable bits of `count` bytes of `data[at]`; the caller has checked the range. */
  write(offset: number, count: number, data: Uint8Array, at: number): ConfigEffect {
    let effect: ConfigEffect = 'none';
    for (let index = 0; index < count; index++) {
      const where = offset + index;
      const value = data[at + index] as number;
      const mask = this.#mask[where] as number;
      this.#bytes[where] = ((this.#bytes[where] as number) & ~mask) | (value & mask);
      if (where === this.#msixControl + 1 && effect === 'none') effect = 'msix';
      if (where === this.#deviceControl + 1 && (value & (DEVICE_CONTROL_INITIATE_FLR >> 8)) !== 0)
        effect = 'flr';
    }
    return effect;
  }

  #u16(offset: number): number {
    return (this.#bytes[offset] as number) | ((this.#bytes[offset + 1] as number) << 8);
  }
}
