/** The virtual machine monitors that run guests, as `--vmm` names them. */
export const vmmNames = ['qemu', 'lkvm'] as const;
export type VmmName = (typeof vmmNames)[number];

/** What Debian and QEMU's own build call it on $PATH. */
export const QEMU_PROGRAM = 'qemu-system-aarch64';
