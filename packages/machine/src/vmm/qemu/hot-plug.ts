import type { GuestVsock } from '../vmm.ts';
import { DISK_NAME, type FunctionPlace, type GuestFunction, placeWords, rootPortNames } from './arguments.ts';
import { deviceOption } from './devices.ts';
import type { QmpClient } from './qmp.ts';

/** Plugs a guest's functions, and its vsock device, into its root ports; it may stand still meanwhile. */
export async function hotPlug(
  qmp: QmpClient,
  functions: readonly GuestFunction[],
  vsock: GuestVsock | null,
): Promise<void> {
  const ports: string[] = [...rootPortNames];
  for (const fn of functions) await plugFunction(qmp, fn, { bus: takePort(ports) });
  if (vsock) await plugVsock(qmp, vsock, takePort(ports));
}

function takePort(ports: string[]): string {
  const port = ports.shift();
  if (port === undefined) throw new Error(`a guest has ${rootPortNames.length} ports for functions`);
  return port;
}

/** @param disk names its disk, if it has one */
export async function plugFunction(
  qmp: QmpClient,
  fn: GuestFunction,
  place: FunctionPlace,
  disk = DISK_NAME,
): Promise<void> {
  if (fn.kind === 'vfio-pci') {
    await qmp.execute('device_add', { driver: 'vfio-pci', host: fn.bdf, ...place });
  } else if (fn.kind === 'vfio-user') {
    const socket = { type: 'unix', path: fn.socket };
    await qmp.execute('device_add', { driver: 'vfio-user-pci', socket, ...place });
  } else {
    const { driver, properties, image } = fn;
    if (image !== undefined) await addDisk(qmp, disk, image);
    const drive = image === undefined ? {} : { drive: disk };
    const words = [...Object.entries({ ...drive, ...properties }), ...placeWords(place)];
    await plugByWords(qmp, deviceOption(driver, words));
  }
}

/** QMP wants each property in its own type, which only QEMU knows; its monitor for people takes words, as its command line does. */
async function plugByWords(qmp: QmpClient, device: string): Promise<void> {
  const said = await qmp.execute('human-monitor-command', { 'command-line': `device_add ${device}` });
  const problem = String(said)
    .trim()
    .replace(/^Error: /, '');
  if (problem !== '') throw new Error(`QEMU: ${problem}`);
}

/** As on a command line: the disk is gone with the guest, and nothing of it has to reach the storage below. */
async function addDisk(qmp: QmpClient, name: string, filename: string): Promise<void> {
  const cache = { direct: false, 'no-flush': true };
  const file = { driver: 'file', filename, cache };
  await qmp.execute('blockdev-add', { driver: 'raw', 'node-name': name, file, cache });
}

async function plugVsock(qmp: QmpClient, vsock: GuestVsock, bus: string): Promise<void> {
  if (vsock.kind === 'vhost') {
    await qmp.execute('device_add', { driver: 'vhost-vsock-pci', 'guest-cid': vsock.cid, bus });
    return;
  }
  const addr = { type: 'unix', data: { path: vsock.socket } };
  await qmp.execute('chardev-add', {
    id: 'vsock',
    backend: { type: 'socket', data: { addr, server: false } },
  });
  await qmp.execute('device_add', { driver: 'vhost-user-vsock-pci', chardev: 'vsock', bus });
}
