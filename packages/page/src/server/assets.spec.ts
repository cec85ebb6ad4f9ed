import { connect } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TestServers } from '../testing/test-server.ts';

const servers = new TestServers();
const serve = () => servers.start();
afterAll(() => servers.remove());
afterEach(() => servers.stop());

describe('what the server gives away', () => {
  it('is the page, with a policy that lets nothing else in', async () => {
    const { url } = await serve();
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'index.html\n']);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(`${url}page.js`)).headers.get('content-type')).toMatch(/^text\/javascript/);
  });

  it.each([
    '../package.json',
    '%2e%2e/package.json',
    'events',
    'page.js/',
    '/etc/passwd',
    '__proto__',
    'constructor',
  ])('is not %s', async (path) => {
    const { url } = await serve();
    expect((await fetch(url + path)).status).toBe(404);
  });

  it('takes nothing', async () => {
    const { url } = await serve();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await fetch(url, { method })).status, method).toBe(405);
  });

  it('is not for pages that others made lead here', async () => {
    const { url } = await serve();
    expect(await statusFor(url, 'attacker.example')).toBe(421);
    expect(await statusFor(url, 'localhost:1')).toBe(200);
  });
});

/** fetch() lets nobody choose the name. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.once('data', (data) => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(String(data))?.[1])));
    socket.once('error', reject);
  });
}
