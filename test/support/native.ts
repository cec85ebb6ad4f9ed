import { copyFileSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Chroot } from '../../packages/image/src/build/chroot.ts';
import { findSdk } from '../../packages/image/src/set-up/find-sdk.ts';

export const nativeSources = resolve(import.meta.dirname, '../../packages/guest/native');

/** Builds `make -C FOLDER TARGET` for the guest and gives the program's path; the caller removes its folder. */
export async function buildNative(
  folder: string,
  target: string,
  variables: readonly string[] = [],
): Promise<string> {
  const sdk = await findSdk();
  if (!sdk) throw new Error('set-up has made no tree to build in');
  const chroot = await Chroot.open(sdk.root, undefined);
  const place = mkdtempSync(join(tmpdir(), 'native-'));
  await chroot.withWorkFolder(async (outside, inside) => {
    for (const part of ['common', 'exerciser/common', 'exerciser/smmute/include', folder])
      cpSync(join(nativeSources, part), join(outside, part), { recursive: true });
    await chroot.run(
      ['/usr/bin/make', '-C', `${inside}/${folder}`, target, ...variables],
      `compile ${target}`,
    );
    copyFileSync(join(outside, folder, target), join(place, target));
  });
  return join(place, target);
}

/** What stands for a kernel, line by line: tests name the numbers of these lines. */
const kernelSources = {
  'kernel/helper.c': `__attribute__((noinline)) int helper(int key)
{
  return key * 7 + 3;
}
`,
  'drivers/sysrq.c': `extern int helper(int);
volatile int *rcu;

/* Called as in the kernel: through a pointer, from write(2). */
__attribute__((noinline)) void sysrq_handle_crash(int key)
{
  *rcu = helper(key);
}

__attribute__((noinline)) long write_sysrq_trigger(const char *text, long count)
{
  if (count)
  {
    sysrq_handle_crash(text[0]);
    count = helper((int)count);
  }
  return count;
}

void _start(void) { write_sysrq_trigger("c", 1); }
`,
};

/** Builds a program for arm64 with what debuggers want; the caller removes its folder. @returns its path */
export async function buildVmlinux(): Promise<string> {
  const sdk = await findSdk();
  if (!sdk) throw new Error('set-up has made no tree to build in');
  const chroot = await Chroot.open(sdk.root, undefined);
  const place = mkdtempSync(join(tmpdir(), 'vmlinux-'));
  await chroot.withWorkFolder(async (outside, inside) => {
    for (const [name, text] of Object.entries(kernelSources)) {
      mkdirSync(join(outside, name, '..'), { recursive: true });
      writeFileSync(join(outside, name), text);
    }
    const sources = Object.keys(kernelSources).map((name) => `${inside}/${name}`);
    const flags = ['-g', '-Og', '-ffreestanding', '-nostdlib', '-static', '-falign-functions=4'];
    await chroot.run(
      ['/usr/bin/aarch64-linux-gnu-gcc', ...flags, '-o', `${inside}/vmlinux`, ...sources],
      'compile what stands for a kernel',
    );
    copyFileSync(join(outside, 'vmlinux'), join(place, 'vmlinux'));
  });
  return join(place, 'vmlinux');
}
