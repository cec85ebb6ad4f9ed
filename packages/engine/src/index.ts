export { type DefectDescription, type DefectGroup, type DefectName, defects } from './defects/index.ts';
export {
  type EngineDeviceOptions,
  EngineServer,
  type EngineServerOptions,
  type ExitStatus,
} from './engine-server.ts';
export { engineServerEntry } from './entry-path.ts';
export type { EngineStats } from './pci/stats.ts';
export type { DeviceStats } from './server/device.ts';
