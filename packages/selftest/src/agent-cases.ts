import type { Catcher, SelfTestCase } from './case.ts';
import { PRINTS_ONLY } from './tool-cases.ts';

const lie = (name: string, does: string, ...caughtBy: readonly Catcher[]): SelfTestCase => ({
  name: `agent-${name}`,
  group: 'reporting',
  does: `the agent ${does}`,
  plan: 'default',
  caughtBy,
  broken: { part: 'agent', lie: name },
});

const ofPrograms = (...said: Parameters<typeof lie>): SelfTestCase => ({
  ...lie(...said),
  plan: 'programs',
});

const FIRST = 'memcpy/0x100';

/** The lies themselves are in the guest package. */
export const agentCases: readonly SelfTestCase[] = [
  lie('hello-and-bye', 'says hello and bye, and runs no test', 'plan'),
  lie('leaves-out-a-test', 'leaves out the result of a test', 'plan'),
  lie('tells-a-test-twice', 'tells a result twice', 'plan'),
  lie('tells-in-another-order', 'tells the second test before the first', 'plan'),
  lie('tells-of-an-unplanned-test', 'tells of a test that nobody planned', 'plan'),
  lie('passes-without-transactions', 'passes tests in which nothing was done', FIRST),
  lie('one-transaction-too-few', 'passes tests with one transaction too few', FIRST),
  lie('calls-aborted-good', 'tells of no aborted transaction', 'memcpy/0x1000/fault-drv'),
  lie('skips-every-test', 'skips every test', FIRST),
  lie('tells-no-durations', 'tells no durations', FIRST),
  lie('leaves-out-readings', 'never tells of /proc/interrupts', 'plan'),
  lie('leaves-out-the-last-reading', 'leaves out the last reading of /proc/interrupts', 'plan'),
  lie('repeats-a-reading', 'tells the first reading of /proc/interrupts again and again', FIRST),
  lie('finds-no-device-and-passes', 'finds no device and passes its probe', 'probe'),
  lie('leaves-out-the-probe', 'leaves out the probe', 'plan'),
  lie('says-hello-twice', 'says hello twice', 'plan'),
  lie('goes-on-after-its-bye', 'goes on after its bye', 'plan'),
  lie('begins-a-round-of-its-own', 'begins a round that nobody asked for', 'plan'),
  lie('floods-with-results', 'tells two thousand results that nobody asked for', 'plan'),
  ofPrograms('leaves-out-a-program', 'leaves out the result of a program', 'plan'),
  ofPrograms('skips-programs', 'skips programs that can run', 'program'),
  ofPrograms('says-not-how-programs-end', 'says nothing of how programs ended', 'program'),
  ofPrograms('passes-killed-programs', 'passes programs that did not end by themselves', 'program'),
  ofPrograms('leaves-out-a-sub-test', 'leaves out the last sub-test', 'ktap'),
  ofPrograms('tells-fewer-sub-tests', 'tells of fewer sub-tests than their plan has', 'ktap'),
  ofPrograms('tells-no-sub-tests', 'tells of no sub-tests', 'ktap'),
  ofPrograms('passes-failed-sub-tests', 'passes a program whose sub-tests failed', 'ktap'),
  ofPrograms('hides-sub-tests', 'says that there are too many sub-tests to list', 'ktap'),
  {
    ...lie('invents-interrupts', 'invents results and interrupts that fit, and launches nothing', 'device'),
    plan: 'page',
    broken: { part: 'agent', lie: 'invents-interrupts', tool: PRINTS_ONLY },
  },
];
