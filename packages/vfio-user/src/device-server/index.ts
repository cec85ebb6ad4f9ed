export type { FunctionStats, ServedStats } from '../device/stats.ts';
export {
  DeviceServer,
  type DeviceServerOptions,
  type DeviceSettings,
  type ExitStatus,
} from './device-server.ts';
