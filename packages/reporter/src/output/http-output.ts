import { messageOf, usageError } from '@coordinator/base/errors';
import type { ReporterOutput } from './output.ts';

/** A collector that does not answer must not keep a run from ending. */
const TIMEOUT_MS = 15_000;

/** Sends a document, when all of it is there, to an HTTP endpoint. */
export class HttpOutput implements ReporterOutput {
  readonly stream = null;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  #parts: string[] = [];

  /** @throws CoordinatorError (usage) for what is no address of that kind */
  constructor(name: string, url: string, headers: Readonly<Record<string, string>>) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw usageError(`--reporter ${name}=${url} is no address`, 'write http://HOST:PORT/PATH');
    this.#url = url;
    this.#headers = headers;
  }

  write(text: string): void {
    this.#parts.push(text);
  }

  async close(): Promise<void> {
    let response: Response;
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.#headers },
        body: this.#parts.join(''),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause ? `: ${messageOf(error.cause)}` : '';
      throw new Error(`${this.#url} cannot be reached: ${messageOf(error)}${cause}`);
    }
    // Whatever it has to say is not for us.
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${this.#url} answered ${response.status} ${response.statusText}`);
  }

  abandon(): void {
    this.#parts = [];
  }
}

/** `OTEL_EXPORTER_OTLP_HEADERS`: NAME=VALUE by commas, values as in URLs. */
export function otlpHeaders(text = ''): Record<string, string> {
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z0-9-]+)\s*=(.*)$/s.exec(pair));
  return Object.fromEntries(
    pairs.flatMap((match) => (match?.[1] ? [[match[1], decode(match[2] ?? '')]] : [])),
  );
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.trim());
  } catch {
    return value.trim();
  }
}
