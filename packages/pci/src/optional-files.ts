import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** Files of sysfs and procfs come and go: what is not there, or may not be read, is empty or null. */

export function entriesOf(folder: string): string[] {
  return orElse(() => readdirSync(folder), []);
}

export function textOf(file: string): string | null {
  return orElse(() => readFileSync(file, 'utf8'), null);
}

export function linkOf(path: string): string | null {
  return orElse(() => readlinkSync(path), null);
}

export function realPathOf(path: string): string | null {
  return orElse(() => realpathSync(path), null);
}

function orElse<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
