import { describe, expect, it } from 'vitest';
import { describeAddress, parseQueueUrl, redactUrl } from './url.ts';

const read = (url: string, environment = {}) => parseQueueUrl(url, environment);

describe('the address of a queue', () => {
  it('is read with its parts', () => {
    const plain = { port: 6379, database: 0, tls: false, user: null, password: null };
    expect(read('redis://queue')).toEqual({ ...plain, host: 'queue' });
    expect(read('rediss://lab-7@queue.example.org:7000/3')).toEqual({
      ...{ host: 'queue.example.org', port: 7000, database: 3, tls: true, user: 'lab-7', password: null },
    });
    expect(read('redis://[::1]:7000').host).toBe('::1');
    expect(read('redis://queue', { COORDINATOR_QUEUE_PASSWORD: 'secret' }).password).toBe('secret');
  });

  it('has no password in it, and none is printed', () => {
    for (const url of ['redis://u:secret@queue', 'redis://:secret@queue']) {
      expect(() => read(url)).toThrow(/a password on a command line/);
      expect(redactUrl(`--queue=${url}`)).not.toContain('secret');
    }
    const address = read('rediss://u@queue:1/2', { COORDINATOR_QUEUE_PASSWORD: 'secret' });
    expect(describeAddress(address)).toBe('rediss://u@queue:1/2');
  });

  it.each([
    '',
    'queue',
    'http://queue',
    'redis://',
    'redis://queue/x',
    'redis://queue?x=1',
    'redis://queue:99999',
  ])('is not %j', (url) => {
    expect(() => read(url)).toThrow(/no address of a queue/);
  });
});
