export { checkVmlinux, decodeReport, type VmlinuxOptions } from './decode-report.ts';
