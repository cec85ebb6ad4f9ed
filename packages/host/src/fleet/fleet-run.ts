import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@coordinator/base/errors';
import { awaitRun, type FleetJob, forgetJob, leaveRun, readHosts } from '@coordinator/fleet';
import type { GuestEnd } from '@coordinator/life';
import type { GuestRequest, MakeGuest } from '@coordinator/runner/run';
import { CancelledJobs } from './cancelled-jobs.ts';
import type { Fleet } from './fleet.ts';
import { FleetGuest } from './fleet-guest.ts';
import { JobDispatch, type JobTemplate } from './job-dispatch.ts';
import { JobEvents } from './job-events.ts';
import type { SentJob } from './sent-job.ts';

const TICK_MS = 100;
/** Where there was something, there is soon more; what comes meanwhile is taken together. */
const MORE_MS = 20;
const LOOK_MS = 500;
/** As long as a run may go without a word of who started it. */
export const RUN_AWAITED_MS = 15_000;
/** What a host that was told to end its guests gets for it. */
const CANCEL_MS = 30_000;
/** Announcements, two a second, after which a job that none of them knows of is looked for. */
const MISSED = 10;

/** Sends the guests of one run to hosts of a fleet, and brings home what they say. */
export class FleetRun {
  readonly #fleet: Fleet;
  readonly #run: string;
  readonly #waiting = new Set<FleetGuest>();
  readonly #jobs = new Map<string, SentJob>();
  readonly #avoid = new Map<string, Set<string>>();
  readonly #dispatch: JobDispatch;
  readonly #events: JobEvents;
  readonly #cancelled: CancelledJobs;
  readonly #over = new AbortController();
  #loop: Promise<void> | null = null;
  #notice: (text: string) => void = () => {};

  /** @param kernels by the name that guests of a run have them under; '' for the usual one */
  constructor(
    fleet: Fleet,
    run: string,
    template: JobTemplate,
    kernels: ReadonlyMap<string, FleetJob['kernel']>,
  ) {
    this.#fleet = fleet;
    this.#run = run;
    const notice = (text: string) => this.#notice(text);
    const guests = { waiting: this.#waiting, jobs: this.#jobs };
    this.#dispatch = new JobDispatch(fleet, { run, template, kernels, notice, ...guests });
    this.#events = new JobEvents(fleet.client, this.#jobs, (job, reason, how) =>
      this.#lose(job, reason, how),
    );
    this.#cancelled = new CancelledJobs(fleet);
  }

  readonly makeGuest: MakeGuest = (request) => ({ run: () => this.#live(request) });

  /** Lets go of the fleet when all guests have ended. What is still waited for on the server is given up. */
  async close(): Promise<void> {
    this.#over.abort();
    const { client, watch } = this.#fleet;
    const leave = this.#cancelled.tell(watch).then(async () => {
      await leaveRun(client, this.#run);
      // From now on nothing is added. Jobs whose guests have ended may have said their last word, which nobody took.
      await Promise.all([...this.#jobs.keys()].map((job) => forgetJob(client, job)));
    });
    await Promise.race([leave.catch(() => {}), sleep(2000, undefined, { ref: false })]);
  }

  #live(request: GuestRequest): Promise<GuestEnd> {
    const { id, signal, emit } = request;
    const avoid = this.#avoid.get(id) ?? new Set();
    this.#avoid.set(id, avoid);
    const guest = new FleetGuest(request, avoid);
    this.#notice = (text) => emit({ type: 'run-notice', text });
    emit({ type: 'guest-phase', guest: id, phase: 'queued', detail: null, limit_ms: null });
    let late: NodeJS.Timeout | undefined;
    const onAbort = () => {
      if (this.#waiting.delete(guest)) guest.giveUp();
      late = setTimeout(() => guest.giveUp(), CANCEL_MS);
    };
    if (signal.aborted) guest.giveUp();
    else {
      this.#waiting.add(guest);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#loop ??= this.#go(signal);
    }
    return guest.ended.finally(() => {
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
      if (avoid.size === 0) this.#avoid.delete(id);
    });
  }

  /** Waits for the server as long as it takes: while it cannot be asked, nothing is lost. */
  async #go(signal: AbortSignal): Promise<void> {
    let lookAt = 0;
    while (!this.#over.signal.aborted) {
      try {
        const moved = await this.#events.take();
        if (performance.now() >= lookAt) {
          lookAt = performance.now() + LOOK_MS;
          const { client, key, watch } = this.#fleet;
          watch.look(await readHosts(client), performance.now());
          // What is said now would be there after the leave was taken.
          if (this.#over.signal.aborted) return;
          // Heard after rooms are seen: whoever waited before a place was free is heard before it is taken.
          this.#dispatch.heed(await awaitRun(client, key, this.#dispatch.inWords, RUN_AWAITED_MS));
          await this.#lookAfter(signal);
        }
        if (!signal.aborted) await this.#dispatch.place();
        if (moved) {
          await sleep(MORE_MS);
          continue;
        }
      } catch (error) {
        if (this.#over.signal.aborted) return;
        this.#notice(`the queue: ${messageOf(error)}`);
        await sleep(LOOK_MS);
      }
      await sleep(TICK_MS);
    }
  }

  /** Sees which jobs are lost, and has those ended that nobody wants any more. */
  async #lookAfter(signal: AbortSignal): Promise<void> {
    for (const sent of [...this.#jobs.values()]) {
      const { id, host, session } = sent.job;
      const state = this.#fleet.watch.host(host);
      if (signal.aborted) await this.#cancelled.add(sent.job);
      if (state && state.announcement.session !== session)
        this.#lose(sent, `the worker on ${host} was started again`);
      else if (!state || (!state.alive && state.silentMs > 0))
        this.#lose(sent, `nothing was heard of ${host} any more`);
      else if (state.announcement.jobs.includes(id) || sent.last > 0) sent.missed = 0;
      else if (++sent.missed >= MISSED || state.announcement.state === 'draining') await this.#seek(sent);
    }
    await this.#cancelled.tell(this.#fleet.watch);
  }

  /** A job that its host does not speak of: it waits there, is taken back, or was never taken. */
  async #seek(sent: SentJob): Promise<void> {
    const { id, host } = sent.job;
    const { sender, watch } = this.#fleet;
    const isDraining = watch.host(host)?.announcement.state === 'draining';
    if (isDraining) await sender.takeBack(host, id);
    if (await sender.has(host, id)) {
      sent.missed = 0;
      return;
    }
    if (!isDraining) return this.#lose(sent, `the worker on ${host} did not begin with it`);
    this.#jobs.delete(id);
    for (const guest of sent.left) {
      guest.takeBack();
      this.#waiting.add(guest);
    }
  }

  /** From now on nothing of the job counts. */
  #lose(sent: SentJob, reason: string, how: 'silent' | 'said' | 'distrusted' = 'silent'): void {
    const { job, left } = sent;
    if (!this.#jobs.delete(job.id)) return;
    void sent.close().catch(() => {});
    if (how === 'distrusted' && !this.#dispatch.banned.has(job.host)) {
      this.#dispatch.banned.add(job.host);
      this.#notice(`${job.host} gets no more guests of this run: ${reason}`);
    }
    for (const guest of left) {
      if (guest.earlyEnd) guest.giveUp();
      else {
        // A host that says itself why it could not begin has lost nothing.
        const error_kind = how === 'said' && !guest.hasStarted ? 'setup' : 'lost';
        guest.end({ outcome: 'error', error_kind, reason });
      }
    }
    if (left.length > 0) void this.#cancelled.add(job).catch(() => {});
    void forgetJob(this.#fleet.client, job.id).catch(() => {});
  }
}
