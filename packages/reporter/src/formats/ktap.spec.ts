import { cleanHostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { Parser } from 'tap-parser';
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

  /** KTAP nests as TAP 14 does, by half as many spaces, and says so at the head of each level. */
  const asTap = (ktap: string) =>
    ktap.replace(/^( *)(?:KTAP version 1$)?/gm, (line, indent: string) =>
      line.endsWith('1') ? `${indent}${indent}TAP version 14` : `${indent}${indent}`,
    );

  it('says the same to a parser of TAP, of which it is a dialect', async () => {
    const report = sampleReport();
    const failures: string[] = [];
    const skipped: string[] = [];
    let inner = 0;
    const parser = new Parser({ strict: true });
    parser.on('child', () => {
      inner += 1;
    });
    // TAP knows of SKIP and TODO alone.
    parser.on('fail', ({ name }) => void failures.push(name.replace(/ # .*/, '')));
    parser.on('skip', ({ name }) => void skipped.push(name));
    parser.end(asTap(await renderWith(createReporter, [], report)));
    expect({ ok: parser.ok, inner, failures }).toEqual({
      ok: false,
      inner: 5,
      failures: ['memcpy/0x100_2', 'guest-2', 'guest', 'guest-3', 'guest', 'guest-4', 'guest', 'guest-5'],
    });
    expect(skipped).toEqual(['interrupts']);
    expect(parser.results?.failures).toHaveLength(4);

    const good = new Parser({ strict: true });
    good.end(asTap(await renderWith(createReporter, [], { ...report, guests: report.guests.slice(0, 1) })));
    expect([good.ok, good.results?.count]).toEqual([true, 1]);
  });

  it('has a failing leaf for each guest that did not pass, as kunit.py counts leaves only', async () => {
    for (const guest of sampleReport().guests) {
      const text = await renderWith(createReporter, [], { ...sampleReport(), guests: [guest] });
      const leaves = text.split('\n').filter((line) => /^ {2}(not )?ok /.test(line));
      expect(leaves.some((line) => line.startsWith('  not ok '))).toBe(guest.outcome !== 'pass');
    }
  });
});
