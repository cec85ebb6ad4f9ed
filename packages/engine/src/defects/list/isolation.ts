import type { DefectList } from './description.ts';

export const isolationDefects = {
  'iotlb-stale': {
    does: 'Memory that has been unmapped stays within reach, as if the IOTLB were never invalidated.',
    needs: 'iommu',
  },
  'iommu-bypassed': {
    does: 'Addresses that are not mapped reach the guest’s memory as physical addresses.',
    needs: 'iommu',
  },
  'read-only-ignored': { does: 'Memory that is mapped to be read only can be written.', needs: 'iommu' },
  'mapping-overrun': { does: 'Up to 64 KiB behind the end of a mapping are within reach.', needs: 'iommu' },
  'refused-but-written': {
    does: 'An access that is refused is reported rightly, but has changed a byte of the memory.',
    needs: 'iommu',
  },
  'unmapped-as-success': 'Addresses that are not mapped read as zeros and swallow writes, without any fault.',
  'pasid-ignored': 'A PASID is ignored: the transaction is done without it.',
  'inverted-address-corrected':
    'Addresses in the upper half of the address space are inverted, so that bad ones hit memory.',
  'bus-master-ignored': {
    does: 'Memory is within reach and interrupts are raised although the function is no bus master.',
    needs: 'bus-master-off',
  },
} as const satisfies DefectList;
