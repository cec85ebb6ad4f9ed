export { type DefectDescription, type DefectGroup, type DefectName, defects } from './defects/index.ts';
export { engineServerEntry } from './entry-path.ts';
export type { EngineStats } from './function/stats.ts';
export { type EngineOptions, EngineServer, type EngineServerOptions } from './server.ts';
