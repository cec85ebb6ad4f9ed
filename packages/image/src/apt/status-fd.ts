/**
 * Progress from a line apt writes to APT::Status-Fd: `dlstatus:12:63.4494:Retrieving file 12 of 90` gives 0.634494;
 * null for any other line.
 */
export function parseDownloadFraction(line: string): number | null {
  const percent = /^dlstatus:\d+:(?<percent>\d+(?:\.\d+)?):/.exec(line)?.groups?.['percent'];
  return percent === undefined ? null : Math.min(1, Number(percent) / 100);
}
