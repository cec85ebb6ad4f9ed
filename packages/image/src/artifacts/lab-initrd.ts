import { join } from 'node:path';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { INITRAMFS, writeInitramfs } from '../initramfs/initramfs.ts';
import { busybox } from './busybox.ts';
import type { Sources } from './sources.ts';

/**
 * The first process of the lab's Arm host, in two parts: LAB_INIT runs in the initramfs, LAB_MAIN on the root image.
 * Both tell on the console how far they are, as `coordinator-lab: STAGE`, and power the machine off when something is
 * wrong, so that whoever started it never waits in vain.
 */

/** Disks by their serial numbers, and 9p mount tags: what the machine gives the host (see the host package's lab/). */
export const LAB_NAMES = {
  rootDisk: 'lab-root',
  packDisk: 'lab-pack',
  /** The first of them, so that it is /dev/vda. */
  disk: 'lab-disk',
  /** In the exchange folder: the user's kvmtool. */
  lkvm: 'lkvm',
  exchangeTag: 'exchange',
  execPort: 'coordinator.exec',
} as const;

const COMMON = `
say() { echo "coordinator-lab: $1" >/dev/console; }
fail() { say "failed: $1"; poweroff -f; }
`;

const LAB_INIT = `#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
/bin/busybox --install -s /bin
${COMMON}
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t devtmpfs devtmpfs /dev || fail "cannot mount /proc, /sys or /dev"
say modules
while read -r module; do
	insmod "/lib/modules/$module" || fail "cannot load module $module"
done </lib/modules/always

# The disk with a serial number; those behind a virtio-iommu appear a moment after its driver is loaded.
disk() {
	tries=0
	while [ $tries -lt 500 ]; do
		for serial in /sys/block/vd*/serial; do
			[ -f "$serial" ] && [ "$(cat "$serial")" = "$1" ] && echo "/dev/$(basename "$(dirname "$serial")")" && return
		done
		tries=$((tries + 1))
		sleep 0.02
	done
}

say disks
root=$(disk ${LAB_NAMES.rootDisk}) && [ -n "$root" ] || fail "the root image did not appear"
pack=$(disk ${LAB_NAMES.packDisk}) && [ -n "$pack" ] || fail "the pack did not appear"
mount -t squashfs -o ro "$root" /sysroot || fail "cannot mount the root image"
mount -t squashfs -o ro "$pack" /sysroot/pack || fail "cannot mount the pack"
for folder in dev proc sys; do mount --move /$folder /sysroot/$folder; done
exec switch_root /sysroot /usr/sbin/lab-main
`;

/** Mounts the exchange folder. Programs are run from there: without a cache every page of theirs would be a request. */
export const LAB_EXCHANGE = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
exec mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=mmap ${LAB_NAMES.exchangeTag} /exchange
`;

/** Has a host that was restored go on as one of its own: \`lab-wake MILLISECONDS SEED\`; see native/wake. */
export const LAB_WAKE = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
/pack/kit/wake "$1" "$2" && exec lab-exchange
`;

/** What the kernel of a host is told that is to be saved before it has any functions. */
export const LAB_TEMPLATE = 'coordinator.template';

export const LAB_MAIN = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
export PATH=/pack:/usr/sbin:/usr/bin HOME=/root TERM=linux
${COMMON}
is_template() { grep -qw ${LAB_TEMPLATE} /proc/cmdline; }
for folder in run tmp root var; do mount -t tmpfs tmpfs /$folder || fail "cannot mount /$folder"; done
mkdir -p /dev/pts && mount -t devpts devpts /dev/pts
# What is mounted cannot be saved.
is_template || lab-exchange || fail "cannot mount the exchange folder"
# For screen, and its sessions of anybody.
mkdir -m 1777 /run/screen
hostname arm-lab

say drivers
# As Arm's page demands: the engines are probed by the driver in the host's kernel first.
for module in "/pack/kit/modules/$(uname -r)"/*.ko; do
	name=\${module##*/}
	[ ! -f "$module" ] || insmod "$module" || fail "cannot load the \${name%.ko} driver"
done

port=
for name in /sys/class/virtio-ports/*/name; do
	[ "$(cat "$name")" = ${LAB_NAMES.execPort} ] && port=/dev/$(basename "$(dirname "$name")")
done
[ -n "$port" ] || fail "there is no port for commands"
if is_template; then
	say guests
	coordinator lab warm >/dev/console 2>&1 || fail "no guest can be saved in it"
fi
say exec
while :; do
	/pack/kit/qjs /pack/kit/exec-daemon.mjs "$port"
	say "exec ended with status $?"
	sleep 1
done
`;

const FOLDERS = ['bin', 'dev', 'lib', 'lib/modules', 'proc', 'run', 'sys', 'sysroot'];

/**
 * The initramfs of the lab's host for a kernel that was made for it: loads modules, mounts the root image and goes on
 * there.
 */
export const makeLabInitrd = (kernel: Artifact<Sources>): Artifact<Sources> => ({
  name: 'lab-initrd',
  description: "the initramfs of the lab's host",
  space: 6 * MIB,
  recipe: [1, INITRAMFS, FOLDERS, LAB_INIT],
  inputs: [kernel, busybox],
  build: async (directory, { input }) => {
    const folder = await input(kernel);
    return writeInitramfs(directory, {
      folders: FOLDERS,
      init: Buffer.from(LAB_INIT),
      busybox: join(await input(busybox), 'busybox'),
      // Its init installs them.
      applets: [],
      modules: join(folder, 'lab-modules'),
    });
  },
});
