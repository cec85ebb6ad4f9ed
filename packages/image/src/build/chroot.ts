import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import { type RunOptions, run } from '../process/run.ts';

/** A way to run a program with another root folder. `$1` is that folder; what follows is the command. */
const ENTER = 'mount --rbind /dev "$1/dev" && exec chroot "$@"';
/** Where mounting is forbidden even to root (containers), one device node does. */
const ENTER_WITHOUT_MOUNT =
  '{ [ -c "$1/dev/null" ] || mknod -m 666 "$1/dev/null" c 1 3; } && exec chroot "$@"';

const AS_ROOT: readonly (readonly string[])[] = [
  ['unshare', '--mount', 'sh', '-c', ENTER, 'sh'],
  ['sh', '-c', ENTER_WITHOUT_MOUNT, 'sh'],
];
const AS_USER: readonly (readonly string[])[] = [
  ['unshare', '--map-root-user', '--mount', 'sh', '-c', ENTER, 'sh'],
];

/** All of the environment of what runs inside. */
export const ENVIRONMENT = {
  // For unshare, mount and chroot outside as well, which a user's $PATH often lacks.
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  KBUILD_BUILD_USER: 'coordinator',
  KBUILD_BUILD_HOST: 'coordinator',
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
};

const REMEDY = 'See the messages above; a changed source in packages/guest/native is the usual reason.';

/** Runs the programs of an unpacked Debian tree, which need its own C library and paths, with that tree as root. */
export class Chroot {
  readonly root: string;
  readonly #enter: readonly string[];
  readonly #signal: AbortSignal | undefined;

  private constructor(root: string, enter: readonly string[], signal: AbortSignal | undefined) {
    this.root = root;
    this.#enter = enter;
    this.#signal = signal;
  }

  /** @throws SetUpError 'namespaces-forbidden' when there is no way to change the root folder here. */
  static async open(root: string, signal: AbortSignal | undefined): Promise<Chroot> {
    await mkdir(join(root, 'dev'), { recursive: true });
    let failure: unknown;
    for (const enter of process.getuid?.() === 0 ? AS_ROOT : AS_USER) {
      const chroot = new Chroot(root, enter, signal);
      try {
        await chroot.run(['/usr/bin/sh', '-c', ': >/dev/null'], 'enter the build tree');
        return chroot;
      } catch (error) {
        signal?.throwIfAborted();
        failure = error;
      }
    }
    throw new SetUpError(
      'namespaces-forbidden',
      'This machine lets neither user namespaces nor chroot be used, which building the guest kit needs.',
      {
        remedy:
          'Allow them (sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, ' +
          'sudo sysctl -w kernel.unprivileged_userns_clone=1 on older Debian), or run "coordinator setup" once as root ' +
          'with the same --cache folder.',
        cause: failure,
        stderr: failure instanceof SetUpError ? failure.stderr : '',
      },
    );
  }

  /** Runs a command inside; paths in it are the tree's. */
  async run(
    command: readonly string[],
    purpose: string,
    { remedy = REMEDY, onStatus }: Partial<Pick<RunOptions, 'remedy' | 'onStatus'>> = {},
  ): Promise<Buffer> {
    const [file = 'sh', ...args] = [...this.#enter, this.root, ...command];
    return run(file, args, {
      purpose,
      code: 'build-failed',
      program: command[0]?.replace(/^.*\//, '') ?? '',
      remedy,
      ...(onStatus && { onStatus }),
      env: ENVIRONMENT,
      // make takes flags, and the compiler paths, from a user's environment.
      bareEnv: true,
      signal: this.#signal,
    });
  }

  /** Runs `body` with an empty folder below the tree; always at the same path, which ends up in what is built. */
  async withWorkFolder<T>(body: (outside: string, inside: string) => Promise<T>): Promise<T> {
    const outside = join(this.root, 'build');
    await rm(outside, { recursive: true, force: true });
    await mkdir(outside);
    try {
      return await body(outside, '/build');
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  }
}
