import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { CoordinatorError } from '@coordinator/base/errors';
import type { Guard } from './guard.ts';

const gzip = promisify(gzipCallback);

/** All that can be fetched. */
const ASSETS: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
};

/**
 * Nothing from elsewhere, no script but the page's own, no form, no frame around it. Styles may be inline, as the
 * terminal makes its own; what guests say gets into the page as text alone.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
} as const;

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

/** The page's files, from memory. */
export class Assets {
  readonly #assets: ReadonlyMap<string, Asset>;

  private constructor(assets: ReadonlyMap<string, Asset>) {
    this.#assets = assets;
  }

  /** @throws CoordinatorError when the page was not built. */
  static async load(folder: string): Promise<Assets> {
    const assets = Object.entries(ASSETS).map(async ([path, { file, type }]) => {
      const plain = await readFile(join(folder, file)).catch((cause: unknown) => {
        throw new CoordinatorError(`${join(folder, file)} is missing`, {
          remedy: 'run "npm run build"',
          cause,
        });
      });
      return [path, { type, plain, compressed: await gzip(plain) }] as const;
    });
    return new Assets(new Map(await Promise.all(assets)));
  }

  readonly answer = (guard: Guard, request: IncomingMessage, response: ServerResponse): void => {
    const refusal = guard.checkHost(request.headers);
    if (refusal) {
      sendText(response, refusal.status, refusal.reason);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendText(response, 405, 'this server is for reading', { Allow: 'GET, HEAD' });
      return;
    }
    const [path = ''] = (request.url ?? '').split('?');
    const asset = this.#assets.get(path);
    if (!asset) {
      sendText(response, 404, 'there is no such thing');
      return;
    }
    const compresses = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = compresses ? asset.compressed : asset.plain;
    response.writeHead(200, {
      ...HEADERS,
      'Content-Type': asset.type,
      'Content-Length': body.length,
      Vary: 'Accept-Encoding',
      ...(compresses ? { 'Content-Encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...HEADERS, ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
