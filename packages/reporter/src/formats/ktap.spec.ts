import { cleanHostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './ktap.ts';

describe('the ktap reporter', () => {
  it('writes results with their tests nested', async () => {
    expect(await renderWith(createReporter, sampleEvents, sampleReport())).toBe(`KTAP version 1
1..5
  KTAP version 1
  1..7
  ok 1 probe
  ok 2 memcpy/0x100
  ok 3 rand48/0x1000
  ok 4 sum64/0x1000
  ok 5 memcpy/0x1000/fault-drv
  ok 6 interrupts
  ok 7 guest
ok 1 guest-1
  KTAP version 1
  1..4
  ok 1 probe
  # ${cleanHostileText}
  # Result:
  # - status = 5 I/O error
  # ...
  not ok 2 memcpy/0x100_2
  ok 3 interrupts # SKIP no transaction # was made
  ok 4 guest
# a test failed
not ok 2 guest-2
  KTAP version 1
  1..2
  ok 1 probe
  not ok 2 guest # kernel panic
# Kernel panic - not syncing: sysrq triggered crash
not ok 3 guest-3 # kernel panic
  KTAP version 1
  1..1
  not ok 1 guest # TIMEOUT 30 seconds
# no hello within 30 s of boot
not ok 4 guest-4 # TIMEOUT 30 seconds
  KTAP version 1
  1..1
  not ok 1 guest # ERROR lost
# the VMM was killed by SIGKILL
not ok 5 guest-5 # ERROR lost
`);
  });

  it('has a failing leaf for each guest that did not pass, as kunit.py counts leaves only', async () => {
    for (const guest of sampleReport().guests) {
      const text = await renderWith(createReporter, [], { ...sampleReport(), guests: [guest] });
      const leaves = text.split('\n').filter((line) => /^ {2}(not )?ok /.test(line));
      expect(leaves.some((line) => line.startsWith('  not ok '))).toBe(guest.outcome !== 'pass');
    }
  });
});
