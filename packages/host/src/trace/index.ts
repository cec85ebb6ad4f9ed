export { checkVmlinux, decodeReport } from './decode-report.ts';
