/** One message of the kernel, as /dev/kmsg gives it (Documentation/ABI/testing/dev-kmsg). */
export interface KernelRecord {
  /** How severe it is, 0 (emergency) to 7 (debug); syslog(2). */
  readonly level: number;
  /** Counts up by one for each message; a gap means that messages were lost. */
  readonly sequence: number;
  /** Since the machine booted, in microseconds. */
  readonly timeUs: number;
  readonly text: string;
  /** What it is about, "pci:0000:07:00.0" or "platform:9050000.smmuv3", for those of a driver; else null. */
  readonly device: string | null;
}

const LEVEL_MASK = 7;

/**
 * Reads what one read(2) of /dev/kmsg gave: "6,339,5140900,-;text", and lines "␣KEY=value" behind it.
 * @returns null for what is no record.
 */
export function parseKernelRecord(raw: string): KernelRecord | null {
  const [first = '', ...dictionary] = raw.split('\n');
  const [, priority, sequence, timeUs, text] = /^(\d+),(\d+),(\d+),[^;]*;(.*)$/.exec(first) ?? [];
  if (priority === undefined || text === undefined) return null;
  const device = dictionary.find((line) => line.startsWith(' DEVICE='))?.slice(' DEVICE='.length);
  return {
    level: Number(priority) & LEVEL_MASK,
    sequence: Number(sequence),
    timeUs: Number(timeUs),
    text: printable(text),
    // "+bus:name"; block and character devices, and network interfaces, are written otherwise.
    device: device?.startsWith('+') ? device.slice(1) : null,
  };
}

/** Bytes that are not printable, and backslashes, come as \xNN: here as the UTF-8 they were. */
function printable(text: string): string {
  if (!text.includes('\\x')) return text;
  const bytes = text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
