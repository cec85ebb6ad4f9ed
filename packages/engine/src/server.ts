import { DeviceServer, type DeviceServerOptions } from '@coordinator/vfio-user/device-server';
import { takeEarlyServer } from './early-server.ts';
import { engineServerEntry } from './entry-path.ts';
import type { EngineStats } from './function/stats.ts';

/** What an engine may be asked for with. */
export interface EngineOptions {
  /** MSI-X vectors, 1 to 2048; 16 unless given. */
  readonly vectors?: number;
  /** Size of its BARs' addresses; 32 unless given. */
  readonly barBits?: 32 | 64;
  /** What kind of express device it is; an endpoint unless given. */
  readonly deviceType?: 'endpoint' | 'integrated-endpoint';
  /** The name of one of `defects`: the engine is broken in that way on purpose. Refused if it is none. */
  readonly defect?: string;
}

export interface EngineServerOptions
  extends Omit<DeviceServerOptions<EngineOptions>, 'entry' | 'name' | 'started'> {
  /** The built server process; {@link engineServerEntry} unless given. */
  readonly entry?: string;
}

/** A process that serves engines. */
export type EngineServer = DeviceServer<EngineOptions, EngineStats>;

export const EngineServer = {
  /** As `DeviceServer.start`, with a process that was started early, where it can be one. */
  start({ entry = engineServerEntry(), ...options }: EngineServerOptions = {}): Promise<EngineServer> {
    const started = options.devices === undefined ? takeEarlyServer(entry) : null;
    return DeviceServer.start({ ...options, entry, started, name: 'engine' });
  },
};
