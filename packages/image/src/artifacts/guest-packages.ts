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

/** Whether a package is of a kernel's image, modules or configuration: from 7.x on each is one of its own. */
export function isKernel({ name }: PackageFile): boolean {
  return /^linux-(image|binary|modules|base)-/.test(name);
}

/** The busybox of guests. */
export function isGuestBusybox({ name, architecture }: PackageFile): boolean {
  return name === 'busybox-static' && architecture === GUEST_ARCHITECTURE;
}

/** Whether a package of the set is for the guest; with the others things are built. What is taken out of it, an artifact says. */
export function isInGuest(one: PackageFile): boolean {
  return isKernel(one) || isGuestBusybox(one);
}
