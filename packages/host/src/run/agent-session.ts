import type { GuestPhase, UnstampedEvent } from '@coordinator/shared/event';
import { type AgentMessage, type AgentStage, PROTOCOL_VERSION } from '@coordinator/shared/message';
import { type DeviceWork, type Plan, promiseOf } from '@coordinator/shared/plan';
import type { Device, TestResult } from '@coordinator/shared/report';
import { exercisers } from '../exerciser/index.ts';
import { InterruptAccount } from './contract/interrupt-account.ts';
import type { JudgedTest } from './contract/judge.ts';
import { Ledger } from './contract/ledger.ts';
import { contradictionIn, contradictionInProbe } from './contract/report.ts';
import { addWork, noWork } from './contract/work.ts';

const MAX_ARTIFACTS = 16;
/** Contradictions beyond these are counted by the ledger alone. */
const MAX_SAID = 10;

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;
type InterruptsMessage = Extract<AgentMessage, { type: 'interrupts' }>;
type SessionPlan = Pick<Plan, 'exerciser' | 'tests' | 'interrupts' | 'excluded'>;

/**
 * What one agent has told in one round, held against the plan: as events, and as what its guest's outcome depends on.
 * Knows neither time nor channels.
 */
export class AgentSession {
  readonly #guest: string;
  readonly #emit: (event: UnstampedEvent) => void;
  #plan: SessionPlan;
  readonly #ledger: Ledger;
  readonly #tests: TestResult[] = [];
  readonly #judged: JudgedTest[] = [];
  /** How many of them are of rounds before the one that the agent is at. */
  #judgedBefore = 0;
  readonly #artifacts = new Set<string>();
  #interrupts = new InterruptAccount();
  #device: Device;
  #probed = false;
  /** A test whose result waits for the reading behind it. */
  #unread: JudgedTest | null = null;
  #phase: GuestPhase = 'boot';
  #currentTest: string | null = null;
  #trouble: string | null = null;
  #saidBye = false;
  #problems = 0;
  #said = 0;

  /** @param round the number of a round that a guest which stays was sent; null for its first. */
  constructor(
    guest: string,
    device: Device,
    plan: SessionPlan,
    emit: (event: UnstampedEvent) => void,
    round: number | null = null,
  ) {
    this.#guest = guest;
    this.#device = device;
    this.#plan = plan;
    this.#emit = emit;
    this.#ledger = new Ledger({ tests: plan.tests, interrupts: plan.interrupts, round });
    this.#probed = round !== null;
  }

  /** What the guest is at, for people: "test memcpy/0x100", "stage probe", "boot". */
  get activity(): string {
    if (this.#currentTest !== null) return `test ${this.#currentTest}`;
    return this.#phase === 'boot' ? 'boot' : `stage ${this.#phase}`;
  }

  /** The function the guest has, as its agent last described it. */
  get device(): Device {
    return this.#device;
  }

  /** Whether everything that was due has come, and nothing has gone wrong. */
  get isFulfilled(): boolean {
    return (
      this.missing === null &&
      this.contradiction === null &&
      this.#problems === 0 &&
      this.#trouble === null &&
      !this.#tests.some((test) => test.outcome === 'fail')
    );
  }

  /** The first report that is still due, by name; null when there is none. */
  get missing(): string | null {
    return this.#ledger.missing;
  }

  /** What contradicted the plan, or what was said before, first; null when nothing has. */
  get contradiction(): string | null {
    return this.#ledger.contradiction;
  }

  /**
   * What the device must have counted for what was reported; null when a test failed or the device does not tell, so that
   * there is nothing to compare.
   */
  get work(): DeviceWork | null {
    let sum: DeviceWork | null = noWork;
    for (const { step, result } of this.#judged)
      sum = addWork(sum, result.outcome === 'pass' ? promiseOf(step).work : null);
    return sum;
  }

  /** The session of the same agent's next round, under a name of its own. */
  follow(guest: string, plan: SessionPlan, round: number): AgentSession {
    const next = new AgentSession(guest, this.#device, plan, this.#emit, round);
    next.#phase = this.#phase;
    next.#interrupts = this.#interrupts.follow();
    this.#emit({ type: 'guest-device', guest, device: this.#device });
    return next;
  }

  /** The agent was sent one more round, which belongs to this session. */
  expect(round: number, tests: Plan['tests']): void {
    this.#plan = { ...this.#plan, tests: [...this.#plan.tests, ...tests] };
    this.#ledger.extend({ tests, interrupts: this.#plan.interrupts, round });
  }

  get saidHello(): boolean {
    return this.#phase !== 'boot';
  }

  get saidBye(): boolean {
    return this.#saidBye;
  }

  /** Why the agent gave up, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  get tests(): readonly TestResult[] {
    return this.#tests;
  }

  /** Names of the files the agent says it left in its share. */
  get artifacts(): readonly string[] {
    return [...this.#artifacts];
  }

  /** How often the channel had something wrong with it. */
  get problems(): number {
    return this.#problems;
  }

  problem(text: string): void {
    this.#problems += 1;
    this.#log('warning', `channel: ${text}`);
  }

  /** Something that nobody reported, but that contradicts what was. */
  contradict(what: string): void {
    this.#say(this.#ledger.contradict(what));
  }

  /** What the driver says of interrupts is evidence for the test that is at work. */
  consoleLine(line: string): void {
    this.#interrupts.consoleLine(line);
  }

  /** Nothing more comes: a result whose interrupts were never read is no pass. */
  close(): void {
    if (!this.#unread) return;
    const { result } = this.#unread;
    const message = result.message ?? 'its interrupts were never read';
    this.#addTest({ ...result, outcome: result.outcome === 'fail' ? 'fail' : 'skip', message });
    this.#unread = null;
  }

  /** @param bootMs from the VMM's start to now; used by hello alone. */
  receive(message: AgentMessage, bootMs: number): void {
    if (this.#saidBye) {
      // What a channel says of itself is no report: that it failed may be noticed when all else is said.
      if (message.type === 'log') this.#log(message.level, message.text);
      else if (message.type !== 'heartbeat')
        this.contradict(`it went on with "${message.type}" after its bye`);
      return;
    }
    // Where the channel has lost something, what follows cannot be blamed on the agent.
    const wrong = this.#ledger.take(message, this.#problems > 0);
    if (wrong !== null) {
      this.#say(wrong);
      return;
    }
    switch (message.type) {
      case 'hello':
        this.#hello(message, bootMs);
        break;
      case 'stage':
        this.#enter(message.stage);
        break;
      case 'device': {
        const { bdf, driver, node } = message;
        this.#device = { host_bdf: this.#device.host_bdf, guest_bdf: bdf, driver, node };
        this.#emit({ type: 'guest-device', guest: this.#guest, device: this.#device });
        break;
      }
      case 'test-begin':
        this.#currentTest = message.name;
        this.#interrupts.beginTest();
        this.#emit({
          type: 'guest-phase',
          guest: this.#guest,
          phase: this.#phase,
          detail: message.name,
          limit_ms: message.limit_ms,
        });
        break;
      case 'test-end':
        this.#currentTest = null;
        this.#testEnd(message);
        break;
      case 'interrupts':
        this.#read(message);
        break;
      case 'log':
        this.#log(message.level, message.text);
        break;
      case 'round-begin':
      case 'round-end':
        if (message.type === 'round-begin') {
          this.#interrupts = this.#interrupts.follow();
          this.#judgedBefore = this.#judged.length;
        }
        this.#emit({
          type: 'guest-round',
          guest: this.#guest,
          round: message.round,
          state: message.type === 'round-begin' ? 'begin' : 'end',
        });
        break;
      case 'artifact':
        if (this.#artifacts.size < MAX_ARTIFACTS) this.#artifacts.add(message.name);
        break;
      case 'trouble':
        this.#trouble ??= `${message.reason} (stage ${message.stage})`;
        this.#log('error', this.#trouble);
        break;
      case 'bye':
        this.#saidBye = true;
        this.close();
        break;
      case 'heartbeat':
        break;
    }
  }

  #hello(message: Extract<AgentMessage, { type: 'hello' }>, bootMs: number): void {
    if (message.protocol !== PROTOCOL_VERSION) {
      this.#trouble ??= `the agent speaks protocol ${message.protocol}, this coordinator ${PROTOCOL_VERSION}`;
    }
    this.#phase = 'hello';
    this.#emit({
      type: 'guest-hello',
      guest: this.#guest,
      boot_ms: bootMs,
      uptime_ms: message.uptime_ms,
      kernel: message.kernel,
      machine: message.machine,
      cpus: message.cpus,
      memory_bytes: message.memory_bytes,
      agent: message.agent.version,
      runtime: message.agent.runtime,
    });
  }

  #enter(stage: AgentStage): void {
    // Mounting comes before the agent can say anything; it is part of booting.
    if (stage === 'mount' || stage === 'hello') return;
    this.#phase = stage;
    this.#emit({ type: 'guest-phase', guest: this.#guest, phase: stage, detail: null, limit_ms: null });
  }

  #testEnd(end: TestEnd): void {
    const { type: _, ...result } = end;
    const step = this.#plan.tests.find(({ name }) => name === end.name);
    if (!step) {
      const { driver } = exercisers[this.#plan.exerciser];
      const wrong = contradictionInProbe(end, this.#device, driver);
      const probe = held(result, this.#problems > 0 ? null : wrong);
      this.#probed = probe.outcome === 'pass';
      this.#addTest(probe);
      for (const { name, why } of this.#plan.excluded) this.#addTest(skipped(name, why));
      return;
    }
    // What contradicts a report may have been lost with the rest of what is missing.
    const wrong = this.#problems > 0 ? null : contradictionIn(step, end, this.#probed);
    const judged = { step, result: held(result, wrong) };
    if (this.#plan.interrupts === 'each') this.#unread = judged;
    else this.#settle(judged);
  }

  #read({ when, test, text, waited_ms }: InterruptsMessage): void {
    const before = this.#interrupts.read(text);
    if (when === 'before') return;
    if (test === null) {
      this.#judgeRun();
      return;
    }
    const unread = this.#unread;
    this.#unread = null;
    if (unread) this.#settle(this.#judgeTest(unread, before, waited_ms));
  }

  #judgeTest(test: JudgedTest, before: string, waitedMs: number): JudgedTest {
    const { step, result } = test;
    // With part of the reports lost, it is not known whose interrupts these are; the guest is lost anyway.
    if (!this.#probed || this.#problems > 0) return test;
    const { total, problem, warning } = this.#interrupts.judgeTest(this.#device, test, before, waitedMs);
    if (warning !== null)
      this.#emit({ type: 'guest-warning', guest: this.#guest, warning: { kind: 'late-msi', line: warning } });
    return { step, result: { ...held(result, problem), interrupts: total } };
  }

  /** All tests of the round together, as a test of its own. */
  #judgeRun(): void {
    // Without all reports it is not known which tests there were: neither a pass nor a fail would be true.
    const why = this.#probed ? 'part of what the agent reported is missing' : 'no device';
    if (!this.#probed || this.#problems > 0) {
      this.#addTest(interruptsTest('skip', why));
      return;
    }
    const { interrupts, problem } = this.#interrupts.judgeRun(
      this.#device,
      this.#judged.slice(this.#judgedBefore),
    );
    if (interrupts) this.#emit({ type: 'guest-interrupts', guest: this.#guest, interrupts });
    this.#addTest(interruptsTest(problem === null ? 'pass' : 'fail', problem));
  }

  #settle(test: JudgedTest): void {
    this.#judged.push(test);
    this.#addTest(test.result);
  }

  #addTest(test: TestResult): void {
    this.#tests.push(test);
    this.#emit({ type: 'guest-test', guest: this.#guest, test });
  }

  #say(contradiction: string): void {
    this.#said += 1;
    if (this.#said <= MAX_SAID) this.#log('error', `contradicts the plan: ${contradiction}`);
  }

  #log(level: 'info' | 'warning' | 'error', text: string): void {
    this.#emit({ type: 'guest-log', guest: this.#guest, level, text });
  }
}

/** The result, failed if there is something that speaks against it. What had failed before keeps its own reason. */
function held(result: TestResult, problem: string | null): TestResult {
  if (problem === null) return result;
  const message = result.message === null ? problem : `${result.message}; ${problem}`;
  return { ...result, outcome: 'fail', message };
}

const nothingDone = { transactions: 0, misconfigured: 0, duration_ms: 0, output: null, transaction_us: null };

function interruptsTest(outcome: TestResult['outcome'], message: string | null): TestResult {
  return { name: 'interrupts', outcome, message, ...nothingDone };
}

function skipped(name: string, message: string): TestResult {
  return { name, outcome: 'skip', message, ...nothingDone };
}
