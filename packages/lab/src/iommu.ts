/** What stands between the lab's devices and its memory. */
export const iommuKinds = ['virtio', 'smmuv3'] as const;
export type Iommu = (typeof iommuKinds)[number];
