import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReporters } from '../open-reporters.ts';
import { parseReporterOption } from '../option.ts';
import { otlpHeaders } from './http-output.ts';

/** A collector that answers with `status`, at a free port. */
async function makeCollector(status: number, headers: Record<string, string> = {}) {
  const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ request, body });
    response.writeHead(status, headers).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` };
}

async function send(url: string, environment = {}) {
  const settings = { runFolder: null, onlyThese: true, environment };
  const reporters = await openReporters([parseReporterOption(`otlp=${url}`)], settings);
  return reporters.end(sampleReport());
}

describe('a reporter that sends what it writes', () => {
  it('posts it, with the headers that the environment has', async () => {
    const { requests, url } = await makeCollector(200);
    expect(await send(url, { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, x-team=a=b' })).toEqual(
      [],
    );
    const [sent] = requests;
    expect(sent?.request.method).toBe('POST');
    expect(sent?.request.headers).toMatchObject({
      ...{ 'content-type': 'application/json', authorization: 'Bearer x', 'x-team': 'a=b' },
    });
    expect(JSON.parse(sent?.body ?? '').resourceSpans).toHaveLength(1);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['refuses', async () => (await makeCollector(403)).url, /answered 403/],
    [
      'sends it elsewhere',
      async () => (await makeCollector(307, { location: 'http://127.0.0.1:1/' })).url,
      /cannot be reached/,
    ],
    ['is not there', async () => 'http://127.0.0.1:1/v1/traces', /cannot be reached: .*/],
  ])('says so where the collector %s: what was asked for is lost', async (_, make, message) => {
    expect(await send(await make())).toEqual([
      { reporter: 'otlp', message: expect.stringMatching(message), outputLost: true },
    ]);
  });

  it('refuses an address that is none; other reporters have files of that name', async () => {
    await expect(send('http://')).rejects.toThrow(/is no address/);
    expect(otlpHeaders('bad, =x, y=%zz')).toEqual({ y: '%zz' });
  });
});
