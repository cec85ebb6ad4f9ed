import type { QemuDevice } from './plan-device.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Numbers, words, and addresses as 52:54:00:12:34:56: nothing that could be a path, or end what it is part of. */
const VALUE = /^[A-Za-z0-9.:_+-]{1,128}$/;
const MOST_PROPERTIES = 32;

/** Devices that stand for something of the machine that QEMU runs on, or for another process on it. */
const OF_THE_HOST = /vfio|vhost|ivshmem|host|passthrough|user|remote|proxy/i;
/** Where a device is, and how it is called there, coordinator says. */
const PLACES: ReadonlySet<string> = new Set([
  'id',
  'bus',
  'addr',
  'multifunction',
  'driver',
  'failover_pair_id',
]);
/** What names a file, or something else outside of the guest that a device is connected to. */
const CONNECTIONS = /dev\d*s?$|drive|file|path|socket|fds?$|thread|rng|^(host|mem|sysfs|remote|vhost)/i;

/**
 * Reads a device as `-device` of QEMU has it: its name, and properties behind commas. What would give the guest something of
 * this machine is refused, so that plans of others can be run.
 * @throws TypeError saying what is wrong
 */
export function parseQemuDevice(text: string): QemuDevice {
  const [driver = '', ...given] = text.split(',');
  if (!NAME.test(driver)) throw new TypeError(`"${driver}" is no name of a device of QEMU's, such as igb`);
  if (OF_THE_HOST.test(driver))
    throw new TypeError(
      `${driver} gives guests something of this machine, which a plan cannot; use --vmm-arg`,
    );
  if (given.length > MOST_PROPERTIES) throw new TypeError(`more than ${MOST_PROPERTIES} properties`);
  const properties = new Map<string, string>();
  for (const one of given) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(one) ?? [];
    if (!NAME.test(name)) throw new TypeError(`"${one}" is no property; write NAME=VALUE`);
    if (PLACES.has(name)) throw new TypeError(`${name}= is for coordinator to say; leave it out`);
    if (CONNECTIONS.test(name))
      throw new TypeError(
        `${name}= connects it to something outside of the guest, which a plan cannot; use --vmm-arg`,
      );
    if (!VALUE.test(value))
      throw new TypeError(
        `${name}=${value}: a value has letters, digits and . : _ + - in it, and nothing else`,
      );
    if (properties.has(name)) throw new TypeError(`${name}= is given twice`);
    properties.set(name, value);
  }
  return { driver, properties: Object.fromEntries(properties) };
}
