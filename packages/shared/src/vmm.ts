/** The virtual machine monitors that run guests, as `--vmm` names them. */
export const vmmNames = ['qemu', 'lkvm'] as const;
export type VmmName = (typeof vmmNames)[number];
