/**
 * The vhost-user server that gives guests vsock where the kernel has no vhost-vsock. Debian has it from forky on; it
 * needs no more than a C library.
 */
export const VSOCK = {
  suite: 'forky',
  package: 'vhost-device-vsock',
  program: 'vhost-device-vsock',
  /** Path in the package. */
  binary: 'usr/bin/vhost-device-vsock',
} as const;
