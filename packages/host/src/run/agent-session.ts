import type { GuestPhase, UnstampedEvent } from '@coordinator/shared/event';
import { type AgentMessage, type AgentStage, PROTOCOL_VERSION } from '@coordinator/shared/message';
import type { Device, TestResult } from '@coordinator/shared/report';
import { judgeInterrupts, unjudgedInterrupts } from './judge.ts';

const MAX_ARTIFACTS = 16;

/** What one agent has told, as events and as what its guest's outcome depends on. Knows neither time nor channels. */
export class AgentSession {
  readonly #guest: string;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #tests: TestResult[] = [];
  readonly #interrupts: { before: string | null; after: string | null } = { before: null, after: null };
  readonly #wantsInterrupts: boolean;
  readonly #artifacts = new Set<string>();
  #device: Device;
  /** How many tests had ended when the interrupts were read before. */
  #testsBefore = 0;
  #phase: GuestPhase = 'boot';
  #currentTest: string | null = null;
  #trouble: string | null = null;
  #saidBye = false;
  #problems = 0;

  constructor(
    guest: string,
    device: Device,
    wantsInterrupts: boolean,
    emit: (event: UnstampedEvent) => void,
  ) {
    this.#guest = guest;
    this.#device = device;
    this.#wantsInterrupts = wantsInterrupts;
    this.#emit = emit;
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

  /** Whether nothing has gone wrong so far. */
  get isClean(): boolean {
    return (
      this.#problems === 0 && this.#trouble === null && !this.#tests.some((test) => test.outcome === 'fail')
    );
  }

  /** The session of the same agent's next round, under a name of its own. */
  follow(guest: string): AgentSession {
    const next = new AgentSession(guest, this.#device, this.#wantsInterrupts, this.#emit);
    next.#phase = this.#phase;
    this.#emit({ type: 'guest-device', guest, device: this.#device });
    return next;
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

  /** @param bootMs from the VMM's start to now; used by hello alone. */
  receive(message: AgentMessage, bootMs: number): void {
    switch (message.type) {
      case 'hello':
        this.#hello(message, bootMs);
        break;
      case 'stage':
        this.#enter(message.stage);
        break;
      case 'device':
        this.#device = {
          host_bdf: this.#device.host_bdf,
          guest_bdf: message.bdf,
          driver: message.driver,
          node: message.node,
        };
        this.#emit({ type: 'guest-device', guest: this.#guest, device: this.#device });
        break;
      case 'test-begin':
        this.#currentTest = message.name;
        this.#emit({
          type: 'guest-phase',
          guest: this.#guest,
          phase: this.#phase,
          detail: message.name,
          limit_ms: message.limit_ms,
        });
        break;
      case 'test-end': {
        const { type: _, ...test } = message;
        this.#currentTest = null;
        this.#addTest(test);
        break;
      }
      case 'interrupts':
        this.#interrupts[message.when] = message.text;
        if (message.when === 'before') this.#testsBefore = this.#tests.length;
        if (message.when === 'after') this.#judgeInterrupts();
        break;
      case 'log':
        this.#log(message.level, message.text);
        break;
      case 'round-begin':
      case 'round-end':
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

  #judgeInterrupts(): void {
    if (!this.#wantsInterrupts) return;
    if (this.#problems > 0) {
      // Which tests there were is not known: neither a pass nor a fail would be true.
      this.#addTest(unjudgedInterrupts('part of what the agent reported is missing'));
      return;
    }
    // Those of one round: what came before is in neither reading's difference.
    const tests = this.#tests.slice(this.#testsBefore);
    const { interrupts, test } = judgeInterrupts(this.#interrupts, this.#device, tests);
    if (interrupts) this.#emit({ type: 'guest-interrupts', guest: this.#guest, interrupts });
    this.#addTest(test);
  }

  #addTest(test: TestResult): void {
    this.#tests.push(test);
    this.#emit({ type: 'guest-test', guest: this.#guest, test });
  }

  #log(level: 'info' | 'warning' | 'error', text: string): void {
    this.#emit({ type: 'guest-log', guest: this.#guest, level, text });
  }
}
