import { SetUpError } from '../errors.ts';
import { exerciserParts } from '../exerciser/index.ts';
import type { ModuleLists, Need } from '../modules/need.ts';
import type { KernelConfig } from './config.ts';

/** What the VMMs' board has, and what guests' init and agent call: no module can bring it in time. */
const BUILT_IN: readonly Need[] = [
  // The exercisers' drivers.
  'CONFIG_MODULES',
  // Init is a script in an initramfs; it mounts these.
  ...['CONFIG_BLK_DEV_INITRD', 'CONFIG_BINFMT_ELF', 'CONFIG_BINFMT_SCRIPT'],
  ...['CONFIG_DEVTMPFS', 'CONFIG_TMPFS', 'CONFIG_PROC_FS', 'CONFIG_SYSFS', 'CONFIG_UNIX98_PTYS'],
  // The board: PCI, interrupts by message through an ITS, the console.
  ...[
    'CONFIG_PCI_HOST_GENERIC',
    'CONFIG_PCI_MSI',
    'CONFIG_ARM_GIC_V3_ITS',
    'CONFIG_SERIAL_AMBA_PL011_CONSOLE',
  ],
].map((option) => ({ use: null, option }));

const EXERCISER_MODULES: ModuleLists = Object.assign(
  {},
  ...Object.values(exerciserParts).map(({ guestModules }) => guestModules),
);

/** Vendor and device in the name of a list are as /sys/bus/pci/devices/.../{vendor,device} show them. */
export const MODULE_LISTS: ModuleLists = {
  always: [
    { use: null, option: 'CONFIG_VIRTIO_PCI', module: 'virtio_pci' },
    { use: null, option: 'CONFIG_9P_FS', module: '9p' },
    { use: null, option: 'CONFIG_NET_9P_VIRTIO', module: '9pnet_virtio' },
  ],
  // For the port by which people run commands: nothing else waits for it.
  commands: [{ use: 'commands', option: 'CONFIG_VIRTIO_CONSOLE', module: 'virtio_console' }],
  'pci-0x1af4-0x1053': [
    { use: 'vsock', option: 'CONFIG_VIRTIO_VSOCKETS', module: 'vmw_vsock_virtio_transport' },
  ],
  'pci-0x1af4-0x1057': [{ use: 'iommu', option: 'CONFIG_VIRTIO_IOMMU', module: 'virtio-iommu' }],
  ...EXERCISER_MODULES,
};

/** What the lab's Arm host needs of its kernel beyond that: its disks and shares, the IOMMU, and handing functions on. */
const LAB_NEEDS: readonly Need[] = [
  ...Object.entries({
    CONFIG_VIRTIO_PCI: 'virtio_pci',
    CONFIG_VIRTIO_IOMMU: 'virtio-iommu',
    CONFIG_VIRTIO_BLK: 'virtio_blk',
    CONFIG_VIRTIO_CONSOLE: 'virtio_console',
    CONFIG_SQUASHFS: 'squashfs',
    CONFIG_9P_FS: '9p',
    CONFIG_NET_9P_VIRTIO: '9pnet_virtio',
    CONFIG_VFIO_PCI: 'vfio-pci',
    CONFIG_VFIO_IOMMU_TYPE1: 'vfio_iommu_type1',
    CONFIG_VHOST_VSOCK: 'vhost_vsock',
  }).map(([option, module]) => ({ use: 'lab', option, module })),
  // No module either: interrupts and the IOMMU are there before any.
  ...['CONFIG_ARM_SMMU_V3', 'CONFIG_KVM'].map((option) => ({ use: 'lab', option })),
  ...Object.values(exerciserParts).flatMap(({ labNeeds }) => labNeeds),
];

/** Who needs something of a kernel. */
export type NeedSet = 'guest' | 'lab';

const needsOf = (who: NeedSet): readonly Need[] =>
  who === 'lab' ? LAB_NEEDS : [...BUILT_IN, ...Object.values(MODULE_LISTS).flat()];

/** For a kernel that is to be built: all that they need, as modules where these will do. */
export function settingsFor(who: NeedSet): readonly (readonly [option: string, value: string])[] {
  return needsOf(who).map(({ option, module }) => [option, module === undefined ? 'y' : 'm']);
}

/** The modules that the lab's host loads, of those that this kernel has as modules. */
export function labModulesFor(config: KernelConfig): readonly string[] {
  return LAB_NEEDS.flatMap(({ option, module }) => (config.get(option) === 'm' && module ? [module] : []));
}

/** Options that a kernel lacks, by what would use them; `null` for every guest. */
export type Lacks = ReadonlyMap<string | null, readonly string[]>;

/** What of all that guests may need, or the lab's host does, this kernel has not. */
export function findLacks(config: KernelConfig, who: NeedSet = 'guest'): Lacks {
  const lacks = new Map<string | null, readonly string[]>();
  for (const need of needsOf(who)) {
    if (isMet(need, config)) continue;
    lacks.set(need.use, [...(lacks.get(need.use) ?? []), need.option]);
  }
  return lacks;
}

export function isMet({ option, module }: Need, config: KernelConfig): boolean {
  const value = config.get(option);
  return value === 'y' || (value === 'm' && module !== undefined);
}

/** The modules to put into each list: those that this kernel has as modules. Lists without any have no use. */
export function modulesFor(config: KernelConfig): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(MODULE_LISTS).map(([list, needs]) => [
      list,
      needs.flatMap(({ option, module }) => (config.get(option) === 'm' && module ? [module] : [])),
    ]),
  );
}

/** Uses whose name alone says too little. */
const NAMES: Readonly<Record<string, string>> = { iommu: 'an IOMMU of their own', nvme: 'an NVMe function' };

function purposeOf(use: string | null): string {
  if (use === null) return 'which every guest needs';
  if (use === 'lab') return "which the lab's own kernel needs";
  return `which guests with ${NAMES[use] ?? use} need`;
}

/**
 * Refuses a kernel for what it has not.
 * @param who it is: "The kernel 6.1.0"
 * @param uses what guests do with it, of `Need`
 * @throws SetUpError 'kernel-unusable' naming the options
 */
export function requireOptions(who: string, lacks: Lacks, uses: readonly (string | null)[]): void {
  for (const use of uses) {
    const options = lacks.get(use) ?? [];
    if (options.length === 0) continue;
    const purpose = purposeOf(use);
    throw new SetUpError('kernel-unusable', `${who} lacks ${options.join(', ')}, ${purpose}.`, {
      remedy: `Set ${options.length === 1 ? 'it' : 'them'} in its configuration and build it again, or use another kernel.`,
    });
  }
}
