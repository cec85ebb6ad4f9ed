import type { DevicePort } from '@coordinator/vfio-user';
import { EngineFunction } from '../function/engine-function.ts';
import { engineModel, type ModelOptions } from '../function/model.ts';
import { DefectiveFunction } from './defective-function.ts';
import { hooks } from './hooks/index.ts';
import type { DefectName } from './index.ts';

export interface EngineParts extends ModelOptions {
  /** What is broken in it on purpose; a healthy engine without. */
  readonly defect?: DefectName;
}

/** An engine: a healthy one, or one with the defect of that name. */
export function makeEngine({ defect, ...options }: EngineParts, port: DevicePort): EngineFunction {
  const model = engineModel(options);
  return defect === undefined
    ? new EngineFunction(model, port)
    : new DefectiveFunction(model, port, hooks[defect]());
}
