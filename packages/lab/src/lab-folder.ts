import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '@coordinator/base/errors';
import { isAlive, processIdentitySchema } from '@coordinator/machine/process';
import { userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import * as z from 'zod';
import { iommuKinds } from './iommu.ts';
import { type LabPlaces, labPlaces } from './lab-places.ts';

const stateSchema = z.object({
  version: z.literal(1),
  /** "virtio" or "smmuv3" for what `coordinator lab up` started, a run's id for a lab of that run alone. */
  id: z.string(),
  iommu: z.enum(iommuKinds),
  /** The process that has the lab's machine and devices as its children. */
  keeper: processIdentitySchema,
  state: z.enum(['starting', 'ready', 'ended']),
  /** What it is starting, or why it ended. */
  detail: z.string(),
  started: z.string(),
  kernel: z.string().nullable(),
  /** Devices of QEMU's that it was asked for, by their names there. */
  devices: z.array(z.string()).default([]),
});

/** What is known of a lab, on disk for as long as it has a folder. */
export type LabState = z.infer<typeof stateSchema>;

const PREFIX = 'lab-';
const STATE_FILE = 'lab.json';
/** In the name of a folder that is being made or removed, before the number of the process that does it. */
const ASIDE = '~';

/** A lab's folder below this user's runtime folder: its state, its sockets, its console, what is exchanged with it. */
export class LabFolder {
  readonly id: string;
  readonly path: string;

  constructor(id: string) {
    this.id = id;
    this.path = join(userRuntimeFolder(), `${PREFIX}${id}`);
  }

  /** Every lab of this user that has left a folder. */
  static all(): LabFolder[] {
    return readdirSync(userRuntimeFolder())
      .filter((name) => name.startsWith(PREFIX) && !name.includes(ASIDE))
      .sort()
      .map((name) => new LabFolder(name.slice(PREFIX.length)));
  }

  get exec(): string {
    return join(this.path, 'exec');
  }

  get places(): LabPlaces {
    return labPlaces(this.path);
  }

  get console(): string {
    return join(this.path, 'console.log');
  }

  /** What lies in it the lab, which is not trusted, may have put there. */
  get exchange(): string {
    return this.places.exchange;
  }

  get log(): string {
    return join(this.path, 'keeper.log');
  }

  /**
   * Makes it. It is the lock of its lab too, so it appears with who holds it inside, or not at all.
   * @returns false when it is there already.
   */
  create(state: LabState): boolean {
    const making = `${this.path}${ASIDE}${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(labPlaces(making).exchange, { recursive: true, mode: 0o700 });
    writeFileSync(join(making, STATE_FILE), JSON.stringify(state), { mode: 0o600 });
    try {
      // Onto a folder that is not empty nothing can be moved, rename(2).
      renameSync(making, this.path);
      return true;
    } catch (error) {
      rmSync(making, { recursive: true, force: true });
      if (hasCode(error, 'EEXIST', 'ENOTEMPTY')) return false;
      throw error;
    }
  }

  /** Removes it if it is still what was `seen`: somebody else may have made it anew. */
  remove(seen: LabState | null = this.read()): void {
    const aside = new LabFolder(`${this.id}${ASIDE}${process.pid}`);
    try {
      renameSync(this.path, aside.path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      throw error;
    }
    if (JSON.stringify(aside.read()?.keeper) === JSON.stringify(seen?.keeper))
      rmSync(aside.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    else renameSync(aside.path, this.path);
  }

  exists(): boolean {
    return existsSync(this.path);
  }

  /** Null when there is none, or none that can be read. */
  read(): LabState | null {
    try {
      return stateSchema.parse(JSON.parse(readFileSync(join(this.path, STATE_FILE), 'utf8')));
    } catch {
      return null;
    }
  }

  write(state: LabState): void {
    const file = join(this.path, STATE_FILE);
    writeFileSync(`${file}.tmp`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }
}

/** A lab that commands can be run in. */
export function isUsable(state: LabState | null): state is LabState {
  return state?.state === 'ready' && isAlive(state.keeper);
}
