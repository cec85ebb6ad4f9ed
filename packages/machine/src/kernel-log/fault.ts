import { matchConsoleLine } from '../console/index.ts';
import type { KernelRecord } from './record.ts';

/** Something that this machine's kernel says is wrong, and with which function as far as it tells. */
export interface KernelFinding {
  /** As of a guest's console, "smmu-event"; and "vfio" for what vfio-pci says. */
  readonly kind: string;
  readonly text: string;
  /** The function it is about, by name. */
  readonly bdf: string | null;
  /** Or by the number that the IOMMU knows it by: a stream ID, or an endpoint of a virtio IOMMU. */
  readonly stream: number | null;
  /** The address that it reached for; null where that is not said. */
  readonly address: bigint | null;
}

const BDF = /\b([0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7])\b/g;
/** Messages of at most this level say that something is wrong: warnings, and what is worse. */
const WARNING = 4;

/** struct arm_smmu_event, drivers/iommu/arm/arm-smmu-v3: "event 0x10 received:", then four words of 64 bits. */
const RAW_EVENT = /^(arm-smmu-v3 [^:]+): event 0x[0-9a-f]+ received:/;
const RAW_WORD = /^(arm-smmu-v3 [^:]+): \s*0x([0-9a-f]{16})\s*$/;
const RAW_WORDS = 4;

interface RawEvent {
  /** Driver and device, as they begin each message. */
  readonly from: string;
  readonly text: string;
  readonly words: bigint[];
}

/**
 * Finds in the kernel's messages those that say that something is wrong. Fed with one after the other, as the SMMUv3
 * of kernels before 6.13 tells of an event in five messages.
 */
export class FaultReader {
  readonly #onFinding: (finding: KernelFinding) => void;
  #raw: RawEvent | null = null;

  constructor(onFinding: (finding: KernelFinding) => void) {
    this.#onFinding = onFinding;
  }

  push(record: KernelRecord): void {
    const { text } = record;
    if (this.#raw && this.#takeWord(this.#raw, text)) return;
    this.end();
    const event = RAW_EVENT.exec(text);
    if (event) this.#raw = { from: event[1] ?? '', text, words: [] };
    else this.#read(record);
  }

  /** Nothing comes any more, for now: an event whose words are not all there is told as it is. */
  end(): void {
    const raw = this.#raw;
    this.#raw = null;
    if (!raw) return;
    // SMMU architecture specification, IHI 0070, 7.3: the stream in bits 63:32 of the first word, the address in the third.
    const [first, , address] = raw.words;
    this.#onFinding({
      kind: 'smmu-event',
      text: raw.text,
      bdf: null,
      stream: first === undefined ? null : Number(first >> 32n),
      address: address ?? null,
    });
  }

  #takeWord(raw: RawEvent, text: string): boolean {
    const [, from, word] = RAW_WORD.exec(text) ?? [];
    if (from !== raw.from || word === undefined) return false;
    raw.words.push(BigInt(`0x${word}`));
    if (raw.words.length === RAW_WORDS) this.end();
    return true;
  }

  #read({ text, level, device }: KernelRecord): void {
    const found = matchConsoleLine(text);
    const isVfio = /^vfio[-_]pci /.test(text) && level <= WARNING;
    if (!found && !isVfio) return;
    this.#onFinding({
      kind: found?.kind ?? 'vfio',
      text,
      bdf: functionOf(text, device),
      stream: numberBehind(/\b(?:sid:|EP|cbfrsynra=)\s*(0x[0-9a-f]+|\d+)/, text),
      address: addressOf(text),
    });
  }
}

/** The last that is named: a root port that tells of an error names what it is about behind itself. */
function functionOf(text: string, device: string | null): string | null {
  const named = [...text.matchAll(BDF)].at(-1)?.[1];
  if (named !== undefined) return named;
  return device?.startsWith('pci:') ? device.slice('pci:'.length) : null;
}

function addressOf(text: string): bigint | null {
  const address = /\b(?:iova[:=]|at)\s*(0x[0-9a-f]{1,16})\b/.exec(text)?.[1];
  return address === undefined ? null : BigInt(address);
}

function numberBehind(pattern: RegExp, text: string): number | null {
  const number = pattern.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}
