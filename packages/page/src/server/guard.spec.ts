import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../protocol/index.ts';
import { Guard } from './guard.ts';

const local = new Guard('127.0.0.1', null);
const open = new Guard('0.0.0.0', 'correct-horse-battery');
const offer = { 'sec-websocket-protocol': SUBPROTOCOL };

describe('the name that a server is called by', () => {
  it.each(['127.0.0.1:8590', 'localhost:9999', 'LOCALHOST', '[::1]:8590', '127.0.0.2'])(
    'may be %s',
    (host) => {
      expect(local.checkHost({ host })).toBeNull();
    },
  );

  it.each([
    ['another name that leads here', 'attacker.example:8590'],
    ['one that looks like an address', '127.0.0.1.nip.io'],
    ['one that ends like ours', 'localhost.attacker.example'],
    ['an address of others', '10.0.0.1:8590'],
    ['none', ''],
    ['two', '127.0.0.1, attacker.example'],
    ['one with a user', 'x@127.0.0.1'],
  ])('is not %s', (_, host) => {
    expect(local.checkHost({ host })).toMatchObject({ status: 421 });
  });

  it('may be any address or the name of the machine where others can connect', () => {
    for (const host of ['10.0.0.1:80', `${hostname()}:80`, '[2001:db8::1]:80'])
      expect(open.checkHost({ host }), host).toBeNull();
    expect(open.checkHost({ host: 'attacker.example' })).toMatchObject({ status: 421 });
  });
});

describe('who opens a WebSocket', () => {
  it('is the page itself, or a program', () => {
    const host = 'localhost:8590';
    expect(local.checkSocket({ ...offer, host, origin: 'http://localhost:8590' })).toBeNull();
    expect(local.checkSocket({ ...offer, host })).toBeNull();
  });

  it.each([
    'http://localhost:3000',
    'http://attacker.example',
    'https://localhost.attacker.example:8590',
    'null',
    'file://',
    'http://localhost:8590.attacker.example',
    'http://localhost:8590/',
  ])('is no page of %s', (origin) => {
    expect(local.checkSocket({ ...offer, host: 'localhost:8590', origin })).toMatchObject({ status: 403 });
  });

  it('speaks this version', () => {
    expect(local.checkSocket({ host: 'localhost' })).toMatchObject({ status: 400 });
    expect(local.checkSocket({ 'sec-websocket-protocol': 'coordinator.events.v2' })).toMatchObject({
      status: 400,
    });
  });

  it('knows the token, where there is one', () => {
    const withToken = (token: string) => ({
      'sec-websocket-protocol': `${SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL}${token}`,
    });
    expect(open.checkSocket(withToken('correct-horse-battery'))).toBeNull();
    expect(open.checkSocket({ ...offer, authorization: 'Bearer correct-horse-battery' })).toBeNull();
    for (const wrong of ['', 'correct-horse-batterz', 'correct-horse-battery2', 'correct'])
      expect(open.checkSocket(withToken(wrong)), wrong).toMatchObject({ status: 401 });
    expect(open.checkSocket(offer)).toMatchObject({ status: 401 });
    expect(open.checkSocket({ ...offer, authorization: 'Basic correct-horse-battery' })).toMatchObject({
      status: 401,
    });
  });
});
