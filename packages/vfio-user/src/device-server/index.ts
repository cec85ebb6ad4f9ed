export type { FunctionStats, ServedStats } from '../device/stats.ts';
export {
  DeviceServer,
  type DeviceServerOptions,
  type DeviceSettings,
  type ExitStatus,
} from './device-server.ts';
export { type ServerProcess, type ServerProgram, spawnServer } from './spawn.ts';
