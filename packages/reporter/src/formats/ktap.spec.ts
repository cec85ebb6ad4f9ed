import { cleanHostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './ktap.ts';

describe('the ktap reporter', () => {
  it('writes results with their tests nested', async () => {
    expect(await renderWith(createReporter, sampleEvents, sampleReport())).toBe(`KTAP version 1
1..5
  KTAP version 1
  1..6
  ok 1 probe
  ok 2 memcpy/0x100
  ok 3 rand48/0x1000
  ok 4 sum64/0x1000
  ok 5 memcpy/0x1000/fault-drv
  ok 6 interrupts
ok 1 guest-1
  KTAP version 1
  1..3
  ok 1 probe
  # ${cleanHostileText}
  # Result:
  # - status = 5 I/O error
  # ...
  not ok 2 memcpy/0x100_2
  ok 3 interrupts # SKIP no transaction # was made
# a test failed
not ok 2 guest-2
  KTAP version 1
  1..1
  ok 1 probe
# Kernel panic - not syncing: sysrq triggered crash
not ok 3 guest-3 # kernel panic
# no hello within 30 s of boot
not ok 4 guest-4 # TIMEOUT 30 seconds
# the VMM was killed by SIGKILL
not ok 5 guest-5 # ERROR lost
`);
  });
});
