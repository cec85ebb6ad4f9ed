import type { AgentMessage } from '@coordinator/shared/message';
import { type DeviceWork, isProgram, type Plan, promiseOf } from '@coordinator/shared/plan';
import type { Device, InterruptsResult, TestResult } from '@coordinator/shared/report';
import { InterruptAccount } from './interrupt-account.ts';
import type { JudgedTest, Reading, Subject } from './judge.ts';
import { contradictionIn, contradictionInProbe, wantedBy } from './report.ts';
import { held, interruptsTest, skipped } from './results.ts';
import { Strikes } from './strikes.ts';
import { resultsOfSubTests } from './sub-tests.ts';
import { addWork, noWork } from './work.ts';

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;
type InterruptsMessage = Extract<AgentMessage, { type: 'interrupts' }>;
export type ContractPlan = Pick<Plan, 'exerciser' | 'device' | 'tests' | 'interrupts' | 'excluded'>;

/** What is told of tests as they are settled. */
export interface TestListener {
  test(result: TestResult): void;
  interrupts(result: InterruptsResult): void;
  /** Interrupts came late, though they came. */
  late(warning: string): void;
}

/** What else is known when a report comes. */
export interface Circumstances {
  readonly device: Device;
  /** Whether part of the reports was lost or damaged on the channel: then nothing can be blamed on what is not there. */
  readonly lossy: boolean;
}

/** The tests of one agent as they were reported, each held against its plan and the interrupts that were read behind it. */
export class TestAccount {
  readonly #listener: TestListener;
  readonly #tests: TestResult[] = [];
  readonly #judged: JudgedTest[] = [];
  #plan: ContractPlan;
  /** How many of them are of rounds before the one that the agent is at. */
  #judgedBefore = 0;
  #interrupts = new InterruptAccount();
  #probed: boolean;
  #strikes = new Strikes();
  /** A test whose result waits for the reading behind it. */
  #unread: JudgedTest | null = null;
  /** Of the test that was reported last. */
  #subTests: readonly TestResult[] = [];

  /** @param probed whether the device was found in a round before */
  constructor(plan: ContractPlan, probed: boolean, listener: TestListener) {
    this.#plan = plan;
    this.#probed = probed;
    this.#listener = listener;
  }

  get strikes(): Pick<Strikes, 'begun' | 'stopped'> {
    return this.#strikes;
  }

  get tests(): readonly TestResult[] {
    return this.#tests;
  }

  /** Whether every test that was reported had been skipped: no pass comes of that. */
  get didNothing(): boolean {
    return this.#judged.length > 0 && this.#judged.every(({ result }) => result.outcome === 'skip');
  }

  /** What the device must have counted for what was reported; null when a test failed or the device does not tell. */
  get work(): DeviceWork | null {
    let sum: DeviceWork | null = noWork;
    for (const { step, result } of this.#judged)
      sum = addWork(sum, result.outcome === 'pass' || isProgram(step) ? promiseOf(step).work : null);
    return sum;
  }

  /** The account of the same agent's next round. */
  follow(plan: ContractPlan, listener: TestListener): TestAccount {
    const next = new TestAccount(plan, true, listener);
    next.#interrupts = this.#interrupts.follow();
    next.#strikes = this.#strikes.follow();
    return next;
  }

  /** One more round, which belongs to this account, is planned. */
  extend(tests: Plan['tests']): void {
    this.#plan = { ...this.#plan, tests: [...this.#plan.tests, ...tests] };
  }

  /** The agent has begun with a round of those. */
  beginRound(): void {
    this.#interrupts = this.#interrupts.follow();
    this.#judgedBefore = this.#judged.length;
  }

  beginTest(name: string): void {
    this.#strikes.beginTest(this.#plan.tests.find((test) => test.name === name));
    this.#interrupts.beginTest();
  }

  /** What the driver says of interrupts is evidence for the test that is at work. */
  consoleLine(line: string): void {
    this.#interrupts.consoleLine(line);
  }

  endTest(end: TestEnd, { device, lossy }: Circumstances): void {
    const { type: _, program, ...result } = end;
    const step = this.#plan.tests.find(({ name }) => name === end.name);
    if (!step) {
      const probe = held(result, lossy ? null : contradictionInProbe(end, device, wantedBy(this.#plan)));
      this.#probed = probe.outcome === 'pass';
      this.#add(probe);
      for (const { name, why } of this.#plan.excluded) this.#add(skipped(name, why));
      return;
    }
    const wrong = lossy ? null : contradictionIn(step, end, this.#probed);
    const judged = { step, result: held(result, wrong) };
    this.#subTests = program ? resultsOfSubTests(step.name, program) : [];
    if (this.#plan.interrupts === 'each') this.#unread = judged;
    else this.#settle(judged);
  }

  read({ when, test, text, numbers, waited_ms }: InterruptsMessage, now: Circumstances): void {
    const before = this.#interrupts.read({ text, numbers });
    if (when === 'before') return;
    if (test === null) {
      this.#judgeRound(now);
      return;
    }
    const unread = this.#unread;
    this.#unread = null;
    if (unread) this.#settle(this.#judgeTest(unread, before, waited_ms, now));
  }

  /** Nothing more comes: a result whose interrupts were never read is no pass. */
  close(): void {
    if (!this.#unread) return;
    const { result } = this.#unread;
    const message = result.message ?? 'its interrupts were never read';
    this.#add({ ...result, outcome: result.outcome === 'fail' ? 'fail' : 'skip', message });
    this.#addSubTests();
    this.#unread = null;
  }

  #judgeTest(
    test: JudgedTest,
    before: Reading,
    waitedMs: number,
    { device, lossy }: Circumstances,
  ): JudgedTest {
    const { step, result } = test;
    // With part of the reports lost, it is not known whose interrupts these are; the guest is lost anyway.
    if (!this.#probed || lossy) return test;
    const { total, problem, warning } = this.#interrupts.judgeTest(
      this.#subject(device),
      test,
      before,
      waitedMs,
    );
    if (warning !== null) this.#listener.late(warning);
    return { step, result: { ...held(result, problem), interrupts: total } };
  }

  /** All tests of the round together, as a test of its own. */
  #judgeRound({ device, lossy }: Circumstances): void {
    // Without all reports it is not known which tests there were: neither a pass nor a fail would be true.
    const why = this.#probed ? 'part of what the agent reported is missing' : 'no device';
    if (!this.#probed || lossy) {
      this.#add(interruptsTest('skip', why));
      return;
    }
    const { interrupts, problem } = this.#interrupts.judgeRun(
      this.#subject(device),
      this.#judged.slice(this.#judgedBefore),
    );
    if (interrupts) this.#listener.interrupts(interrupts);
    this.#add(interruptsTest(problem === null ? 'pass' : 'fail', problem));
  }

  #subject({ guest_bdf }: Device): Subject {
    return { guest_bdf, exerciser: this.#plan.exerciser };
  }

  #settle(test: JudgedTest): void {
    this.#judged.push(test);
    this.#strikes.settle(test);
    this.#add(test.result);
    this.#addSubTests();
  }

  #addSubTests(): void {
    for (const one of this.#subTests) this.#add(one);
    this.#subTests = [];
  }

  #add(test: TestResult): void {
    this.#tests.push(test);
    this.#listener.test(test);
  }
}
