import { openRegular } from '@coordinator/base/files';
import type { GuestResult } from '@coordinator/shared/report';
import { artifactsOf } from '../../facts/artifacts.ts';
import { html, type Markup } from '../../facts/markup.ts';
import { cleanLine } from '../../facts/text.ts';

const MAX_BYTES = 16 * 1024;
const MAX_LINES = 120;

/** The end of the console of each guest that did not pass, by its id; guests own what is in there. */
export async function readConsoles(
  guests: readonly GuestResult[],
  runFolder: string | null,
): Promise<ReadonlyMap<string, string>> {
  const tails = new Map<string, string>();
  for (const guest of guests.filter(({ outcome }) => outcome !== 'pass')) {
    const file = artifactsOf(guest, runFolder).find(({ name }) => name === 'console.log');
    const tail = file && (await readTail(file.path));
    if (tail) tails.set(guest.id, tail);
  }
  return tails;
}

async function readTail(path: string): Promise<string | null> {
  const file = await openRegular(path).catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, MAX_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, bytesRead);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** With the lines marked that the report warns of, or that the guest ended for. */
export function renderConsole(guest: GuestResult, text: string | undefined): Markup | null {
  if (text === undefined) return null;
  const lines = text
    .split(/\r?\n/)
    .map((line) => cleanLine(line))
    .filter((line) => line !== '');
  const told = [...guest.warnings.map(({ line }) => cleanLine(line)), cleanLine(guest.reason ?? '')].filter(
    (line) => line !== '',
  );
  const shown = lines.slice(-MAX_LINES);
  return html`<details open><summary>end of its console, ${shown.length} lines</summary><pre class="console" tabindex="0">${shown.map(
    (line) => (told.some((one) => line.includes(one)) ? html`<mark>${line}</mark>\n` : html`${line}\n`),
  )}</pre></details>
`;
}
