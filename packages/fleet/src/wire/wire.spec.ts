import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  announcementSchema,
  batchSchema,
  type FleetJob,
  FleetKey,
  jobSchema,
  MAX_MESSAGE_CHARACTERS,
  OnceOnly,
  open,
  orderSchema,
  readKey,
  seal,
  WireError,
} from './index.ts';

const key = new FleetKey('0123456789abcdef0123456789abcdef', 'a spec');
const other = new FleetKey('another-key-of-32-characters-....', 'a spec');
const session = 'ab'.repeat(16);
const nonce = 'cd'.repeat(16);

const job: FleetJob = {
  version: 1,
  id: '20261122-184500-x7q2.1',
  run: '20261122-184500-x7q2',
  host: 'lab-7',
  session,
  nonce,
  expires: 1000,
  coordinator: '0.1.0',
  priority: 50,
  guests: [{ id: 'guest-7', seed: null }],
  plan: { name: 'page', text: 'tests: []' },
  options: {
    ...{ platform: 'auto', vmm: 'qemu', channel: 'file', destroyData: false },
    ...{ cpus: 2, memory: 256, timeout: 300_000 },
  },
};

const order = { version: 1, order: 'drain', host: 'lab-7', session, nonce, expires: 1000 } as const;

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof WireError) return error.problem;
    throw error;
  }
  return 'none';
}

describe('a sealed message', () => {
  it('is these bytes', () => {
    // printf 'coordinator-fleet order\n%s' BODY | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const body = `{"version":1,"order":"drain","host":"lab-7","session":"${session}","nonce":"${nonce}","expires":1000}`;
    const signature = 'b4cc59682cbc797a5e03999d37b88c991aa903acad0af553185453fff4b28cbc';
    expect(seal(key, 'order', order)).toBe(`${signature}.${body}`);
  });

  it('is read again, whatever is in it', () => {
    const named = { ...job, plan: { name: 'ü\n"', text: 'a\u2028b' } };
    expect(open(key, 'job', seal(key, 'job', named), jobSchema)).toEqual(named);
  });

  it.each([
    ['another key', seal(other, 'order', order)],
    ['another purpose', seal(key, 'batch', order)],
    ['no signature', JSON.stringify(order)],
    ['a changed body', seal(key, 'order', order).replace('lab-7', 'lab-8')],
    ['nothing', ''],
  ])('with %s is not signed', (_, text) => {
    expect(problemOf(() => open(key, 'order', text, orderSchema))).toBe('unsigned');
  });

  it('of another version, of another form, or too long is refused', () => {
    const ask = (message: { version: number }) =>
      problemOf(() => open(key, 'order', seal(key, 'order', message), orderSchema));
    expect(ask({ ...order, version: 2 })).toBe('version');
    expect(ask({ ...order, more: 1 } as typeof order)).toBe('malformed');
    expect(problemOf(() => open(key, 'order', 'x'.repeat(MAX_MESSAGE_CHARACTERS + 1), orderSchema))).toBe(
      'malformed',
    );
  });
});

describe('a job', () => {
  const with_ = (fields: object) => jobSchema.safeParse({ ...job, ...fields }).success;

  it('has names that lead nowhere', () => {
    expect(with_({})).toBe(true);
    expect(with_({ guests: [{ id: 'guest-7/12', seed: 3 }] })).toBe(true);
    for (const id of ['../guest-1', 'guest-1/..', '/etc/passwd', 'guest-1/../x', 'guest-0', 'guest-1\n'])
      expect(with_({ guests: [{ id, seed: null }] }), id).toBe(false);
    for (const host of ['../x', '.x', 'a/b', 'a b', '']) expect(with_({ host }), host).toBe(false);
    expect(with_({ id: '../../x.1' })).toBe(false);
  });

  it('names a kernel of Debian, or a file by its content, and no path', () => {
    const file = { sha256: 'ef'.repeat(32), bytes: 1 };
    expect(with_({ kernel: { name: 'debian:6.12' } })).toBe(true);
    expect(with_({ kernel: { name: '../Image', file } })).toBe(true);
    for (const name of ['/boot/vmlinuz', '../Image', 'debian:../x', 'debian:6/x'])
      expect(with_({ kernel: { name } }), name).toBe(false);
    expect(with_({ initrd: { sha256: '../../../etc/passwd', bytes: 1 } })).toBe(false);
    expect(with_({ initrd: { ...file, path: '/x' } })).toBe(false);
  });

  it('has no options that name programs or files', () => {
    for (const name of ['qemu', 'vmmArg', 'machine', 'share', 'lkvm'])
      expect(with_({ options: { ...job.options, [name]: '/x' } }), name).toBe(false);
  });
});

it('other layouts take no more either', () => {
  const batch = { version: 1, job: job.id, host: 'a', sequence: 1, events: [], files: [], end: null };
  expect(batchSchema.safeParse(batch).success).toBe(true);
  const part = { guest: 'guest-1', name: 'console.log', data: 'AA==', more: false };
  expect(batchSchema.safeParse({ ...batch, files: [part] }).success).toBe(true);
  for (const name of ['../x', '/x', '.ssh', 'a/b'])
    expect(batchSchema.safeParse({ ...batch, files: [{ ...part, name }] }).success, name).toBe(false);
  expect(announcementSchema.safeParse({ version: 1, host: 'a' }).success).toBe(false);
});

describe('OnceOnly', () => {
  it('takes a message for this life of this host once, while it is valid', () => {
    const once = new OnceOnly('lab-7', session, () => 500);
    const ask = (fields: object) => problemOf(() => once.accept({ ...job, ...fields }));
    expect(ask({ host: 'lab-8' })).toBe('misdirected');
    expect(ask({ session: '00'.repeat(16) })).toBe('misdirected');
    expect(ask({ expires: 500 })).toBe('expired');
    expect(ask({})).toBe('none');
    expect(ask({})).toBe('replayed');
    expect(ask({ nonce: '11'.repeat(16) })).toBe('none');
  });
});

describe('a key', () => {
  it('is in nothing that could be printed', () => {
    expect(inspect(key, { showHidden: true, depth: 9 })).not.toContain('0123456789');
    expect(JSON.stringify({ key })).toBe('{"key":{}}');
  });

  it('that can be guessed, or is not there, is refused', () => {
    expect(() => readKey(undefined, { COORDINATOR_FLEET_KEY: 'short' })).toThrow(/has 5 characters/);
    expect(() => readKey(undefined, {})).toThrow(/no key/);
    expect(() => readKey('/nowhere/key', {})).toThrow(/cannot be read/);
  });
});
