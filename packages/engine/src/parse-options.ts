import { MAX_VECTORS } from '@coordinator/vfio-user';
import { type DefectName, defects, isDefectName } from './defects/index.ts';
import type { EngineParts } from './defects/make-engine.ts';

/** 16 is what a client can connect with one message each time; the real engine has 2048. */
const DEFAULT_VECTORS = 16;

/** Checks what an engine is asked for with. @throws Error saying what is wrong with it */
export function parseOptions(options: unknown = {}): EngineParts {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new Error('options of the engine are no object');
  const {
    vectors = DEFAULT_VECTORS,
    barBits = 32,
    deviceType = 'endpoint',
    defect,
  } = options as Record<string, unknown>;
  if (typeof vectors !== 'number' || !Number.isInteger(vectors) || vectors < 1 || vectors > MAX_VECTORS)
    throw new Error(`vectors is ${JSON.stringify(vectors)}, not 1 to ${MAX_VECTORS}`);
  if (barBits !== 32 && barBits !== 64)
    throw new Error(`barBits is ${JSON.stringify(barBits)}, not 32 or 64`);
  if (deviceType !== 'endpoint' && deviceType !== 'integrated-endpoint')
    throw new Error(`deviceType is ${JSON.stringify(deviceType)}, not endpoint or integrated-endpoint`);
  const parts = { vectors, barBits, deviceType } as const;
  return defect === undefined ? parts : { ...parts, defect: parseDefect(defect) };
}

function parseDefect(value: unknown): DefectName {
  if (isDefectName(value)) return value;
  const names = defects.map(({ name }) => name).join(', ');
  throw new Error(`defect ${JSON.stringify(value)} is none of ${names}`);
}
