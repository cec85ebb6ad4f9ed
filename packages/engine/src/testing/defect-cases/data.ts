import type { dataDefects } from '../../defects/list/data.ts';
import { type DefectCase, defectCase } from '../defect-case.ts';
import { checkCopy, copyAndCheck, fill, pattern, startCopy, sum, TARGET } from '../guest.ts';
import type { InMemoryEngine } from '../in-memory-engine.ts';

const MiB = 1 << 20;

const ALL_WELL: string[] = [];

function copying(bytes: number, ...wrong: string[]): DefectCase {
  return defectCase((engine) => copyAndCheck(engine, { bytes }), ALL_WELL, wrong);
}

function striding(bytes: number, stride: bigint, ...wrong: string[]): DefectCase {
  return defectCase((engine) => copyAndCheck(engine, { bytes, stride }), ALL_WELL, wrong);
}

/** Results of several copies, each of data of its own. */
function copies(engine: InMemoryEngine, count: number): string[][] {
  return Array.from({ length: count }, (_, salt) => copyAndCheck(engine, { bytes: 100, salt: salt + 1 }));
}

function random(
  see: (engine: InMemoryEngine) => readonly Buffer[],
  healthy: string[],
  broken: string[],
): DefectCase {
  return defectCase((engine) => see(engine).map((bytes) => bytes.toString('hex')), healthy, broken);
}

/** The first bytes of a page with these seeds. */
const SEED_0 = '6e0ad069ba480bea';
const SEED_1 = 'a465efec41727a3c';
const SEED_2 = 'dbbf0d6ec79de88f';

export const dataCases: Record<keyof typeof dataDefects, DefectCase> = {
  'memcpy-nothing': copying(5000, '0-4999'),
  'memcpy-every-second': defectCase(
    (engine) => copies(engine, 4),
    [[], [], [], []],
    [[], ['0-99'], [], ['0-99']],
  ),
  'memcpy-last-byte-missing': copying(5000, '4999'),
  'memcpy-last-byte-spoiled': copying(5000, '4999'),
  'memcpy-first-byte-spoiled': copying(5000, '0'),
  'memcpy-bit-flipped': copying(5000, '2499'),
  'memcpy-pages-swapped': defectCase(
    (engine) => [copyAndCheck(engine, { bytes: 8191 }), copyAndCheck(engine, { bytes: 10_000 })],
    [[], []],
    [[], ['0-8191']],
  ),
  'memcpy-page-repeated': defectCase(
    (engine) => {
      copyAndCheck(engine, { bytes: 10_000 });
      const page = (number: number) =>
        engine.ram.subarray(TARGET + number * 4096, TARGET + (number + 1) * 4096);
      return Buffer.compare(page(0), page(1)) === 0;
    },
    false,
    true,
  ),
  'memcpy-shifted': defectCase(
    (engine) => {
      copyAndCheck(engine, { bytes: 5000 });
      return [0, 1, 2, 4096, 4999].map((at) => engine.ram[TARGET + at]);
    },
    [0, 1, 2, 4096, 4999].map((at) => pattern(at)),
    [0xee, ...[0, 1, 4095, 4998].map((at) => pattern(at))],
  ),
  'memcpy-first-page-only': copying(5000, '4096-4999'),
  'memcpy-first-mib-only': copying(MiB + 100, `${MiB}-${MiB + 99}`),
  'memcpy-stale': defectCase(
    (engine) => copies(engine, 3).map(({ length }) => length > 0),
    [false, false, false],
    [false, true, true],
  ),
  'memcpy-overrun': copying(5000, '5000'),
  'memcpy-underrun': copying(5000, '-1'),
  'memcpy-source-changed': copying(5000, 'source'),
  'stride-ignored': striding(64, 24n, '8-23', '32-47', '56-63'),
  'stride-doubled': striding(64, 16n, '16-23', '48-55'),
  'stride-half-words': striding(64, 24n, '4-7', '28-31', '52-55'),
  'rand48-nothing': random((engine) => [fill(engine, 8, 0)], [SEED_0], ['eeeeeeeeeeeeeeee']),
  'rand48-seed-ignored': random((engine) => [fill(engine, 8, 1)], [SEED_1], [SEED_0]),
  'rand48-wrong-seed': random(
    (engine) => [fill(engine, 8, 0), fill(engine, 8, 1)],
    [SEED_0, SEED_1],
    [SEED_1, SEED_2],
  ),
  'rand48-never-reseeded': random(
    (engine) => {
      const bytes = fill(engine, 4104, 0);
      return [bytes.subarray(0, 8), bytes.subarray(4096)];
    },
    [SEED_0, SEED_0],
    [SEED_0, '334c23816a84e89b'],
  ),
  'rand48-offset-ignored': random(
    (engine) => {
      const bytes = fill(engine, 4096, 0, 1);
      return [bytes.subarray(0, 8), bytes.subarray(4095)];
    },
    [SEED_1, '6e'],
    [SEED_0, '6e'],
  ),
  'rand48-last-page-zero': random(
    (engine) => {
      const bytes = fill(engine, 5000, 0);
      return [bytes.subarray(0, 8), bytes.subarray(903, 905), bytes.subarray(4096, 4104)];
    },
    [SEED_0, '1da0', SEED_0],
    [SEED_0, '1d00', '0000000000000000'],
  ),
  'sum64-off-by-one': defectCase((engine) => sum(engine, 5n, 1n << 40n), 5n + (1n << 40n), 6n + (1n << 40n)),
  'sum64-upper-halves-ignored': defectCase((engine) => sum(engine, 5n, 1n << 40n), 5n + (1n << 40n), 5n),
  'sum64-last-word-missing': defectCase((engine) => sum(engine, 5n, 6n, 7n), 18n, 11n),
  'sum64-stale': defectCase(
    (engine) => [sum(engine, 1n), sum(engine, 2n), sum(engine, 3n)],
    [1n, 2n, 3n],
    [1n, 1n, 2n],
  ),
  'sum64-memory-changed': defectCase(
    (engine) => [sum(engine, 1n), engine.ram[0x10_0000]],
    [1n, 1],
    [1n, 0xfe],
  ),
  'data-late': defectCase(
    (engine) => {
      startCopy(engine, { bytes: 5000 });
      engine.run();
      const atResult = [engine.isBusy(0), engine.raised.length, checkCopy(engine, { bytes: 5000 })];
      engine.pass(50);
      return [atResult, checkCopy(engine, { bytes: 5000 })];
    },
    [[false, 1, []], []],
    [[false, 1, ['0-4999']], []],
  ),
};
