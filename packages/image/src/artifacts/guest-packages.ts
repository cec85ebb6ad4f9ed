import { GUEST_ARCHITECTURE } from '../apt/debian.ts';
import type { PackageFile } from '../apt/package-file.ts';
import { kernelSet } from '../apt/package-set.ts';
import { MIB } from '../cache/space.ts';

/** The guest's kernel, and what programs and modules for it are built with: one release, chosen at once. */
export const GUEST_SET = kernelSet('guest', 110 * MIB, (release, host) => {
  const abi = release.replace(/-[^-]+$/, '');
  return [
    `linux-image-${release}:${GUEST_ARCHITECTURE}`,
    `linux-headers-${release}:${GUEST_ARCHITECTURE}`,
    `linux-headers-${abi}-common`,
    `linux-kbuild-${abi}:${host.debian}`,
    `busybox-static:${GUEST_ARCHITECTURE}`,
    `libquickjs:${GUEST_ARCHITECTURE}`,
    `quickjs:${host.debian}`,
  ];
});

/** Whether a package of the set goes into the guest as it is; with the others things are built. */
export function isInGuest({ name, architecture }: PackageFile): boolean {
  return name.startsWith('linux-image-') || (name === 'busybox-static' && architecture === 'arm64');
}
