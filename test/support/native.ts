import { copyFileSync, cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Chroot } from '../../packages/image/src/build/chroot.ts';
import { findSdk } from '../../packages/image/src/testing/find-sdk.ts';

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
