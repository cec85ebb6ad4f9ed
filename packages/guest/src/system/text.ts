/** Arguments of one call, well below what an engine's stack takes. */
const PIECE = 4096;

/** Bytes as text: ASCII as it is, anything else (NUL and control characters included) as U+FFFD. */
export function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += PIECE) {
    text += String.fromCharCode.apply(null, bytes.subarray(start, start + PIECE) as unknown as number[]);
  }
  return text.replace(/[^\t\n\r -~]/g, '\ufffd');
}

/** At most `limit` characters of `text`; where it was longer, an ellipsis ends it. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** What went wrong, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
