export { VFIO_DRIVER, whyNotAssignable } from './assignable.ts';
export { type BindingPlan, bindAll, planBinding } from './bind.ts';
export { giveBack, type Taker, take } from './binding.ts';
export { BindingJournal, type BindingRecord } from './journal.ts';
export { namespacesOf } from './nvme-namespaces.ts';
export { type Bdf, isBdf, normalizeBdf, type PciFunction, PciSysfs, readBdf } from './sysfs.ts';
