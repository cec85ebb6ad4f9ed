/** What stands between the lab's devices and its memory. */
export const iommuKinds = ['virtio', 'smmuv3'] as const;
export type Iommu = (typeof iommuKinds)[number];

/** For people: which devices a lab with it has. */
export const iommuDescriptions: Readonly<Record<Iommu, string>> = {
  virtio: 'four test engines behind a virtio IOMMU',
  smmuv3: 'four NVMe functions behind an SMMUv3',
};
