import { join } from 'node:path';
import { EngineServer } from '@coordinator/engine';
import { markerEnvironment } from '@coordinator/machine/process';
import type { LabFunction } from '../function.ts';
import type { LabExerciser, LabPlace } from './exerciser.ts';

/**
 * Where the engines of Arm's page are: 07:00.0, 07:00.3, 08:00.0 and 08:00.1. Linux numbers the buses behind root ports
 * in their order, so the seventh port leads to bus 07.
 */
const PLACES = [
  { rootPort: 7, address: '00.0' },
  { rootPort: 7, address: '00.3' },
  { rootPort: 8, address: '00.0' },
  { rootPort: 8, address: '00.1' },
] as const;

/** The four engines of Arm's page, served by one process. */
export const smmute: LabExerciser = {
  description: 'four test engines',
  iommu: 'virtio',
  // Functions of one slot.
  acs: '0001100@pci:13b5:ff80',
  async start({ path, deviceServer, marker, teardown, end }: LabPlace): Promise<LabFunction[]> {
    const sockets = PLACES.map((_, index) => join(path, `engine-${index}`));
    const server = await EngineServer.start({
      entry: deviceServer,
      env: { ...process.env, ...markerEnvironment({ ...marker, role: 'device-server' }) },
      devices: sockets.map((socket) => ({ socket })),
      log: (line) => process.stderr.write(`${line}\n`),
    });
    teardown.add(() => server.stop());
    void server.exited.then(({ code, signal }) =>
      end(`the lab's device server ended (${signal ?? `status ${code}`})`),
    );
    return engineFunctions(sockets);
  },
};

/** @param sockets of the device server, one for each place */
export function engineFunctions(sockets: readonly string[]): LabFunction[] {
  return PLACES.map(({ rootPort, address }, index) => ({
    device: { kind: 'vfio-user', socket: sockets[index] as string },
    place: { bus: `rp${rootPort}`, addr: address, multifunction: true },
    hostDriver: 'smmute-pci',
  }));
}
