import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../protocol/index.ts';
import { isLoopback } from './listen-address.ts';

/** Why a request is turned away, as HTTP says it. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 421;
  readonly reason: string;
}

/** Who may ask the server for what. */
export class Guard {
  readonly #host: string;
  readonly #token: Buffer | null;

  /**
   * @param host where the server listens
   * @param token what clients have to know; null where all who can connect may read
   */
  constructor(host: string, token: string | null) {
    this.#host = host.toLowerCase();
    this.#token = token === null ? null : digest(token);
  }

  /**
   * Of every request. A page of somebody else whose name was made to lead here (DNS rebinding) has that name in `Host`:
   * only addresses and names of this machine are taken. Ports may differ, as they do behind `ssh -L`.
   */
  checkHost({ host = '' }: IncomingHttpHeaders): Refusal | null {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/.exec(host.toLowerCase())?.[1];
    if (name !== undefined && this.#isOwnName(name)) return null;
    return { status: 421, reason: 'this server is not called by that name' };
  }

  /** Of what opens a WebSocket, which any page in any browser may try. Programs send no `Origin`. */
  checkSocket(headers: IncomingHttpHeaders): Refusal | null {
    const { origin, host } = headers;
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      return { status: 403, reason: 'other pages may not read this' };
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (!offered.includes(SUBPROTOCOL))
      return { status: 400, reason: `offer the subprotocol ${SUBPROTOCOL}` };
    if (this.#token === null) return null;
    const said = [
      ...offered
        .filter((one) => one.startsWith(TOKEN_SUBPROTOCOL))
        .map((one) => one.slice(TOKEN_SUBPROTOCOL.length)),
      ...(/^Bearer (\S+)$/.exec(headers.authorization ?? '')?.slice(1) ?? []),
    ];
    // By digests, so that neither length nor time tells anything.
    if (said.some((token) => timingSafeEqual(digest(token), this.#token as Buffer))) return null;
    return { status: 401, reason: 'the token is missing or wrong' };
  }

  #isOwnName(name: string): boolean {
    const bare = name.replace(/^\[|\]$/g, '');
    if (bare === this.#host || bare === 'localhost') return true;
    if (isLoopback(this.#host)) return isIP(bare) !== 0 && isLoopback(bare);
    const own = hostname().toLowerCase();
    return isIP(bare) !== 0 || bare === own || bare.startsWith(`${own.split('.')[0]}.`);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
