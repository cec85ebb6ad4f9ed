import type { RunEventOf } from '@coordinator/shared/event';

/** A kernel that guests of a run boot, with what belongs to it. */
export interface RunKernel {
  /** As it was asked for: `debian:7.3`. */
  readonly name: string;
  /** What `uname -r` says on it; null where that is not known before it runs. */
  readonly release: string | null;
  readonly kernel: string;
  readonly initrd: string;
  readonly kit: string;
}

export interface GuestsOfRun {
  /** Guests of each kernel. */
  readonly guests: number;
  /** Absent: that of the setting alone. */
  readonly kernels?: readonly RunKernel[];
  /** Guests that another run names, in place of numbered ones: this one is a part of it. */
  readonly members?: readonly RunGuest[];
}

/** A guest of a run, by its number there. */
export interface RunGuest {
  readonly id: string;
  /** What of its setting is its own. */
  readonly parts: Partial<Pick<RunKernel, 'kernel' | 'initrd' | 'kit'>>;
  /** Name of its kernel, where there is more than one in the run. */
  readonly kernel: string | null;
  /** What its plan is drawn from, where another run says it. */
  readonly seed?: number | null;
}

/** All guests of a run: those of one kernel follow each other. */
export function guestsOf({ guests, kernels = [], members }: GuestsOfRun): readonly RunGuest[] {
  if (members) return members;
  const count = guests * Math.max(1, kernels.length);
  return Array.from({ length: count }, (_, index) => {
    const own = kernels[Math.floor(index / guests)];
    const parts = own ? { kernel: own.kernel, initrd: own.initrd, kit: own.kit } : {};
    return { id: `guest-${index + 1}`, parts, kernel: own?.name ?? null };
  });
}

/** Which guests have which kernel, as the run's first event says it; nothing where there is only one. */
export function describeKernels(options: GuestsOfRun): Pick<RunEventOf<'run-started'>, 'kernels'> {
  const { kernels = [], guests } = options;
  if (kernels.length === 0) return {};
  const ids = guestsOf(options).map(({ id }) => id);
  return {
    kernels: kernels.map(({ name, release }, index) => ({
      name,
      release,
      guests: ids.slice(index * guests, (index + 1) * guests),
    })),
  };
}
