import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { CoordinatorError, hasCode, messageOf } from '@coordinator/base/errors';
import { isAlive, processIdentitySchema } from '@coordinator/machine/process';
import * as z from 'zod';
import { type Bdf, isBdf } from './sysfs.ts';

const recordSchema = z.object({
  bdf: z.string().refine(isBdf),
  driver: z.string().nullable(),
  driver_override: z.string().nullable(),
  /** The coordinator that took the function; null for `coordinator bind`, whose binding is meant to stay. */
  owner: processIdentitySchema.nullable(),
  run: z.string().nullable(),
});

/** What a function was bound to before it was taken. */
export type BindingRecord = z.infer<typeof recordSchema>;

/**
 * Remembers, from before it is changed, how every taken function was bound. A record is also the lock on its
 * function: it is made only where there is none. It lies in /run, which is as short-lived as bindings are: both are
 * gone after a reboot.
 */
export class BindingJournal {
  readonly #folder: string;

  constructor(folder = '/run/coordinator/bindings') {
    this.#folder = folder;
  }

  /**
   * Notes `record` down, on disk when this returns.
   * @throws CoordinatorError when the function is taken already.
   */
  add(record: BindingRecord): void {
    const file = this.#file(record.bdf);
    const making = join(this.#folder, `.${record.bdf}.${process.pid}`);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeWhole(making, `${JSON.stringify(record)}\n`);
      // It appears with all that is in it, and only where there is none.
      linkSync(making, file);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) throw this.#taken(record.bdf);
      throw new CoordinatorError(`the binding of ${record.bdf} cannot be noted down: ${messageOf(error)}`, {
        remedy: 'binding functions to vfio-pci takes root',
      });
    } finally {
      rmSync(making, { force: true });
    }
  }

  remove(bdf: Bdf): void {
    rmSync(this.#file(bdf), { force: true });
  }

  get(bdf: Bdf): BindingRecord | null {
    try {
      return recordSchema.parse(JSON.parse(readFileSync(this.#file(bdf), 'utf8')));
    } catch {
      return null;
    }
  }

  all(): BindingRecord[] {
    return this.#noted().flatMap((bdf) => this.get(bdf) ?? []);
  }

  /**
   * Functions whose record says nothing. What it was made for had not been done yet: a record is on disk before its
   * function is touched.
   */
  damaged(): Bdf[] {
    return this.#noted().filter((bdf) => this.get(bdf) === null);
  }

  #noted(): Bdf[] {
    try {
      return readdirSync(this.#folder)
        .map((name) => name.replace(/\.json$/, ''))
        .filter(isBdf)
        .sort();
    } catch {
      return [];
    }
  }

  #file(bdf: Bdf): string {
    return join(this.#folder, `${bdf}.json`);
  }

  #taken(bdf: Bdf): CoordinatorError {
    const record = this.get(bdf);
    return new CoordinatorError(`${bdf} is taken by ${record ? describeTaker(record) : 'nobody known'}`, {
      remedy: 'coordinator restore gives back what runs that died, or coordinator bind, took',
    });
  }
}

/** Who has a function, for people: "run 2026… (pid 7, which is gone)". */
export function describeTaker({ owner, run }: BindingRecord): string {
  if (owner === null) return 'coordinator bind';
  return `run ${run ?? '?'} (pid ${owner.pid}${isAlive(owner) ? '' : ', which is gone'})`;
}

function writeWhole(path: string, text: string): void {
  const fd = openSync(path, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
