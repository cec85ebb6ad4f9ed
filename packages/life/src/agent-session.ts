import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import type { DeviceWork, Plan } from '@coordinator/shared/plan';
import type { Device, TestResult } from '@coordinator/shared/report';
import { AgentProgress } from './agent-progress.ts';
import { Ledger } from './contract/ledger.ts';
import { StoppedAccesses } from './contract/stopped-accesses.ts';
import { type ContractPlan, TestAccount, type TestListener } from './contract/test-account.ts';
import { MAX_CONTRADICTIONS_TOLD } from './guest-bounds.ts';

/**
 * What one agent has told in one round, held against the plan: as events, and as what its guest's outcome depends on.
 * Knows neither time nor channels.
 */
export class AgentSession {
  readonly #guest: string;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #plan: ContractPlan;
  readonly #ledger: Ledger;
  #progress: AgentProgress;
  #account: TestAccount;
  #saidBye = false;
  #isClosed = false;
  #problems = 0;
  #contradictions = 0;
  #stopped = new StoppedAccesses();

  /** @param round the number of a round that a guest which stays was sent; null for its first. */
  constructor(
    guest: string,
    device: Device,
    plan: ContractPlan,
    emit: (event: UnstampedEvent) => void,
    round: number | null = null,
  ) {
    this.#guest = guest;
    this.#plan = plan;
    this.#emit = emit;
    this.#ledger = new Ledger({ tests: plan.tests, interrupts: plan.interrupts, round });
    this.#progress = new AgentProgress(guest, device, emit);
    this.#account = new TestAccount(plan, round !== null, this.#testListener);
  }

  /** How far the agent is. */
  get progress(): Omit<AgentProgress, 'take' | 'follow'> {
    return this.#progress;
  }

  get tests(): readonly TestResult[] {
    return this.#account.tests;
  }

  /** What the device must have counted for what was reported; null when there is nothing to compare. */
  get work(): DeviceWork | null {
    return this.#account.work;
  }

  /** The first report that is still due, by name; null when there is none. */
  get missing(): string | null {
    return this.#ledger.missing;
  }

  /** What contradicted the plan, or what was said before, first; null when nothing has. */
  get contradiction(): string | null {
    return this.#ledger.contradiction;
  }

  /** How often the channel had something wrong with it. */
  get problems(): number {
    return this.#problems;
  }

  /** Whether its probe passed, and not one of its tests was done. */
  get didNothing(): boolean {
    return this.#account.didNothing;
  }

  get saidBye(): boolean {
    return this.#saidBye;
  }

  /** Whether everything that was due has come, and nothing has gone wrong. */
  get isFulfilled(): boolean {
    return (
      this.missing === null &&
      this.contradiction === null &&
      this.#problems === 0 &&
      this.#progress.trouble === null &&
      !this.#stopped.isUnexplained(this.#account.strikes.begun) &&
      !this.didNothing &&
      !this.tests.some((test) => test.outcome === 'fail')
    );
  }

  /** The session of the same agent's next round, under a name of its own. */
  follow(guest: string, plan: ContractPlan, round: number): AgentSession {
    const next = new AgentSession(guest, this.#progress.device, plan, this.#emit, round);
    next.#progress = this.#progress.follow(guest);
    next.#stopped = this.#stopped.follow();
    next.#account = this.#account.follow(plan, next.#testListener);
    return next;
  }

  /** The agent was sent one more round, which belongs to this session. */
  expect(round: number, tests: Plan['tests']): void {
    this.#account.extend(tests);
    this.#ledger.extend({ tests, interrupts: this.#plan.interrupts, round });
  }

  problem(text: string): void {
    this.#problems += 1;
    this.#progress.log('warning', `channel: ${text}`);
  }

  /** Something that nobody reported, but that contradicts what was. */
  contradict(what: string): void {
    this.#say(this.#ledger.contradict(what));
  }

  /** An IOMMU that stopped the device is what an isolation test is for; nothing else explains it. */
  hostKernel(kind: string, text: string): void {
    if (this.#stopped.hear(kind, text) && this.#isClosed) this.#judgeStopped();
  }

  /** The machine's kernel tells of each access that its IOMMU stops, and all that it told is known. */
  kernelToldAll(): void {
    const unheard = this.#stopped.unheard(this.#account.strikes.stopped);
    if (unheard !== null) this.contradict(unheard);
  }

  /** What the driver says of interrupts is evidence for the test that is at work. */
  consoleLine(line: string): void {
    this.#account.consoleLine(line);
  }

  /** Nothing more comes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#account.close();
    this.#judgeStopped();
  }

  /** A kernel's word is often here before the agent's: which tests there were is known at the end. */
  #judgeStopped(): void {
    const unexplained = this.#stopped.takeUnexplained(this.#account.strikes.begun);
    if (unexplained !== null) this.contradict(unexplained);
  }

  /** @param bootMs from the VMM's start to now; used by hello alone. */
  receive(message: AgentMessage, bootMs: number): void {
    if (this.#saidBye) {
      this.#afterBye(message);
      return;
    }
    // Where the channel has lost something, what follows cannot be blamed on the agent.
    const wrong = this.#ledger.take(message, this.#problems > 0);
    if (wrong !== null) {
      this.#say(wrong);
      return;
    }
    this.#progress.take(message, bootMs);
    const circumstances = { device: this.#progress.device, lossy: this.#problems > 0 };
    if (message.type === 'bye') {
      this.#saidBye = true;
      this.close();
    } else if (message.type === 'test-begin') this.#account.beginTest(message.name);
    else if (message.type === 'test-end') this.#account.endTest(message, circumstances);
    else if (message.type === 'interrupts') this.#account.read(message, circumstances);
    else if (message.type === 'round-begin') this.#account.beginRound();
  }

  /** What a channel says of itself is no report: that it failed may be noticed when all else is said. */
  #afterBye(message: AgentMessage): void {
    if (message.type === 'log') this.#progress.log(message.level, message.text);
    else if (message.type !== 'heartbeat') this.contradict(`it went on with "${message.type}" after its bye`);
  }

  get #testListener(): TestListener {
    const [guest, emit] = [this.#guest, this.#emit];
    return {
      test: (test) => emit({ type: 'guest-test', guest, test }),
      interrupts: (interrupts) => emit({ type: 'guest-interrupts', guest, interrupts }),
      late: (line) => emit({ type: 'guest-warning', guest, warning: { kind: 'late-msi', line } }),
    };
  }

  #say(contradiction: string): void {
    this.#contradictions += 1;
    if (this.#contradictions <= MAX_CONTRADICTIONS_TOLD)
      this.#progress.log('error', `contradicts the plan: ${contradiction}`);
  }
}
