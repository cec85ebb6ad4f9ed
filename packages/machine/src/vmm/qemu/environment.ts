/**
 * QEMU makes its tables for translated code and for its guest's TLB as it needs them: in huge pages, which are kept, as each page of
 * its own is a fault. mallopt(3) and "Memory Allocation Tunables" of the GNU C library's manual; others do not read it.
 */
export const qemuEnvironment = {
  GLIBC_TUNABLES: [
    'glibc.malloc.hugetlb=1',
    'glibc.malloc.arena_max=1',
    `glibc.malloc.top_pad=${16 << 20}`,
    `glibc.malloc.mmap_threshold=${64 << 20}`,
    `glibc.malloc.trim_threshold=${256 << 20}`,
  ].join(':'),
};
