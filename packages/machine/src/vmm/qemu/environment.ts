/**
 * QEMU makes its tables for translated code and for its guest's TLB as it needs them: in huge pages, which are kept, as each page of
 * its own is a fault. "TUNING" in jemalloc(3), which set-up's QEMU has; others do not read it.
 */
export const qemuEnvironment = {
  MALLOC_CONF: 'thp:always,metadata_thp:always,narenas:1,dirty_decay_ms:-1,muzzy_decay_ms:-1',
};
