import { type DefectName, defects } from '@coordinator/engine/defects';
import type { Catcher, SelfTestCase } from './case.ts';

type Expected = Omit<Partial<SelfTestCase>, 'caughtBy'> & { readonly caughtBy: readonly Catcher[] };

const by = (...caughtBy: readonly Catcher[]): Expected => ({ caughtBy });
const isolated = (...caughtBy: readonly Catcher[]): Expected => ({ caughtBy, plan: 'isolation' });

const COPY = 'memcpy/0x100';
const LARGE_COPY = 'memcpy/0x201003';
const STRIDE = 'memcpy/0x8000/stride-64';
const RANDOM = 'rand48/0x1000';
const LARGE_RANDOM = 'rand48/0x3003';
const SUM = 'sum64/0x1000';
const LARGE_SUM = 'sum64/0x21000';
const FAULT = 'memcpy/0x1000/fault-drv';
const REFUSED = 'sum64/0x1000/fault-drv';

/** What must notice each defect of the device server. */
const expected: Readonly<Record<DefectName, Expected | null>> = {
  'memcpy-nothing': by(COPY),
  'memcpy-every-second': by(COPY),
  'memcpy-last-byte-missing': by(COPY),
  'memcpy-last-byte-spoiled': by(COPY),
  'memcpy-first-byte-spoiled': by(COPY),
  'memcpy-bit-flipped': by(COPY),
  'memcpy-pages-swapped': by(LARGE_COPY),
  'memcpy-page-repeated': by(LARGE_COPY),
  'memcpy-shifted': by(COPY),
  'memcpy-first-page-only': by(LARGE_COPY),
  'memcpy-first-mib-only': by(LARGE_COPY),
  'memcpy-stale': by(COPY),
  'memcpy-overrun': by(COPY),
  'memcpy-underrun': by(COPY),
  'memcpy-source-changed': by(COPY),
  'stride-ignored': by(STRIDE),
  'stride-doubled': by(STRIDE),
  'stride-half-words': by(STRIDE),
  'rand48-nothing': by(RANDOM),
  'rand48-seed-ignored': by(RANDOM),
  'rand48-wrong-seed': by(RANDOM),
  'rand48-never-reseeded': by(LARGE_RANDOM),
  'rand48-offset-ignored': by(LARGE_RANDOM),
  'rand48-last-page-zero': by(RANDOM),
  'sum64-off-by-one': by(SUM),
  'sum64-upper-halves-ignored': by(SUM),
  'sum64-last-word-missing': by(SUM),
  'sum64-stale': by(LARGE_SUM),
  'sum64-memory-changed': by(SUM),
  'data-late': by(COPY),

  'fault-address-next-word': by(FAULT),
  'fault-address-next-page': by(FAULT),
  'fault-address-zero': by(FAULT),
  'fault-address-other-side': by(FAULT),
  'fault-as-success': by(FAULT),
  'success-as-error': by(COPY),
  'error-every-fourth': by(COPY),
  'misconfigured-runs': by(REFUSED),
  'misconfigured-as-error': by(REFUSED),
  hang: { caughtBy: [COPY], ends: 'hang' },
  'second-pair-dead': { caughtBy: [COPY], ends: 'hang' },
  'sum64-value-late': by(SUM),
  'memcpy-value': by(COPY),

  'msi-none': by(COPY),
  'msi-first-dropped': by(COPY),
  'msi-every-second-dropped': by(COPY),
  'msi-every-tenth-dropped': by(COPY),
  'msi-vector-dead': by(COPY),
  'msi-vector-zero': by(COPY),
  'msi-next-vector': by(COPY),
  'msi-swapped-vectors': by(RANDOM, SUM, FAULT),
  'msi-twice': by(COPY),
  'msi-spurious': by(COPY),
  'msi-dropped-under-load': by('device', 'p2p/0x8', 'memcpy/0x1000/depth-16'),
  'msi-for-misconfigured': by(REFUSED),
  'msi-for-errors-missing': by(FAULT),
  'msi-early': by(COPY),
  'msi-late': { caughtBy: [], warns: 'late-msi', plan: 'page' },

  'iotlb-stale': isolated('memcpy/0x1000/fault-stale-*'),
  'iommu-bypassed': isolated('memcpy/0x1000/fault-foreign-*'),
  'read-only-ignored': isolated('memcpy/0x1000/fault-readonly'),
  'mapping-overrun': isolated('memcpy/0x1000/fault-past-*'),
  'refused-but-written': isolated('memcpy/0x1000/fault-*'),
  'unmapped-as-success': by(FAULT, 'rand48/0x1000/fault-foreign-write'),
  'pasid-ignored': by('memcpy/0x1000/fault-substream'),
  'inverted-address-corrected': by(FAULT),
  // No plan takes bus mastering away from the driver that has set it.
  'bus-master-ignored': null,
};

export const deviceCases: readonly SelfTestCase[] = defects.flatMap(({ name, group, does }) => {
  const one = expected[name];
  if (one === null) return [];
  const broken = { part: 'device', defect: name } as const;
  return [{ name, group, does: does.replace(/\.$/, ''), plan: 'default', broken, ...one } as const];
});
