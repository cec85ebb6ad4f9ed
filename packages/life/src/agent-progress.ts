import type { GuestPhase, UnstampedEvent } from '@coordinator/shared/event';
import { type AgentMessage, type AgentStage, PROTOCOL_VERSION } from '@coordinator/shared/message';
import type { Device } from '@coordinator/shared/report';
import { MAX_ARTIFACTS } from './guest-bounds.ts';
import { tellHello } from './tell-hello.ts';

/** How far an agent is, and what it says of its guest besides tests. */
export class AgentProgress {
  readonly #guest: string;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #artifacts = new Set<string>();
  #device: Device;
  #phase: GuestPhase = 'boot';
  #currentTest: string | null = null;
  #trouble: string | null = null;

  constructor(guest: string, device: Device, emit: (event: UnstampedEvent) => void) {
    this.#guest = guest;
    this.#device = device;
    this.#emit = emit;
  }

  /** For people: "test memcpy/0x100", "stage probe", "boot". */
  get activity(): string {
    if (this.#currentTest !== null) return `test ${this.#currentTest}`;
    return this.#phase === 'boot' ? 'boot' : `stage ${this.#phase}`;
  }

  get saidHello(): boolean {
    return this.#phase !== 'boot';
  }

  /** The function the guest has, as its agent last described it. */
  get device(): Device {
    return this.#device;
  }

  /** Why the agent gave up, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Names of the files the agent says it left in its share. */
  get artifacts(): readonly string[] {
    return [...this.#artifacts];
  }

  /** The same agent, in its next round. */
  follow(guest: string): AgentProgress {
    const next = new AgentProgress(guest, this.#device, this.#emit);
    next.#phase = this.#phase;
    this.#emit({ type: 'guest-device', guest, device: this.#device });
    return next;
  }

  /** @param bootMs from the VMM's start to now; used by hello alone. */
  take(message: AgentMessage, bootMs: number): void {
    const guest = this.#guest;
    switch (message.type) {
      case 'hello':
        if (message.protocol !== PROTOCOL_VERSION)
          this.#trouble ??= `the agent speaks protocol ${message.protocol}, this coordinator ${PROTOCOL_VERSION}`;
        this.#phase = 'hello';
        this.#emit(tellHello(message, guest, bootMs));
        break;
      case 'stage':
        this.#enter(message.stage);
        break;
      case 'device': {
        const { bdf, driver, node } = message;
        this.#device = { host_bdf: this.#device.host_bdf, guest_bdf: bdf, driver, node };
        this.#emit({ type: 'guest-device', guest, device: this.#device });
        break;
      }
      case 'test-begin': {
        const { name: detail, limit_ms } = message;
        this.#currentTest = detail;
        this.#emit({ type: 'guest-phase', guest, phase: this.#phase, detail, limit_ms });
        break;
      }
      case 'test-end':
        this.#currentTest = null;
        break;
      case 'log':
        this.log(message.level, message.text);
        break;
      case 'round-begin':
        this.#emit({ type: 'guest-round', guest, round: message.round, state: 'begin' });
        break;
      case 'round-end':
        this.#emit({ type: 'guest-round', guest, round: message.round, state: 'end' });
        break;
      case 'artifact':
        if (this.#artifacts.size < MAX_ARTIFACTS) this.#artifacts.add(message.name);
        break;
      case 'trouble':
        this.#trouble ??= `${message.reason} (stage ${message.stage})`;
        this.log('error', this.#trouble);
        break;
    }
  }

  log(level: 'info' | 'warning' | 'error', text: string): void {
    this.#emit({ type: 'guest-log', guest: this.#guest, level, text });
  }

  #enter(stage: AgentStage): void {
    // Mounting comes before the agent can say anything; it is part of booting.
    if (stage === 'mount' || stage === 'hello') return;
    this.#phase = stage;
    this.#emit({ type: 'guest-phase', guest: this.#guest, phase: stage, detail: null, limit_ms: null });
  }
}
