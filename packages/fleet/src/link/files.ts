import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordinatorError, usageError } from '@coordinator/base/errors';
import { temporaryNameFor } from '@coordinator/base/files';
import type { Redis } from 'ioredis';
import type { Blob } from '../wire/index.ts';
import { keys } from './keys.ts';

/** Files travel through the server's memory. An arm64 kernel is 30 to 60 MiB. */
const MAX_FILE_BYTES = 256 * 2 ** 20;
const PIECE_BYTES = 2 ** 20;
/** On the server, since somebody needed it last. */
const KEPT_SECONDS = 3600;
/** Files that a host keeps. */
const MAX_KEPT = 8;

/** Reads what a file is called by. @throws CoordinatorError (usage) */
export async function describeFile(path: string): Promise<Blob> {
  const { size } = await stat(path);
  if (size === 0 || size > MAX_FILE_BYTES)
    throw usageError(
      `${path} has ${size} bytes, and files of up to ${MAX_FILE_BYTES / 2 ** 20} MiB are sent to the hosts of a fleet`,
      'give a smaller one',
    );
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex'), bytes: size };
}

/** Brings a file to the server, unless it is there. */
export async function putFile(client: Redis, path: string, { sha256, bytes }: Blob): Promise<void> {
  const key = keys.file(sha256);
  // Renewed first: what is there now is there for an hour.
  await client.expire(key, KEPT_SECONDS);
  if ((await client.hget(key, 'bytes')) === String(bytes)) return;
  const file = await open(path);
  try {
    for (let at = 0, piece = 0; at < bytes; at += PIECE_BYTES, piece += 1) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at);
      await client.hset(key, String(piece), buffer.subarray(0, bytesRead));
      await client.expire(key, KEPT_SECONDS);
    }
  } finally {
    await file.close();
  }
  // The last: it says that all pieces are there.
  await client.hset(key, 'bytes', bytes);
}

/** Files that are on their way: jobs that want the same one wait for it together. */
const underway = new Map<string, Promise<string>>();

/**
 * Gives the path of a file on this machine, fetched from the server if it is not here yet.
 * @throws CoordinatorError when what is there is something else
 */
export function getFile(client: Redis, folder: string, blob: Blob): Promise<string> {
  const path = join(folder, blob.sha256);
  const known = underway.get(path);
  if (known) return known;
  const fetched = fetchFile(client, folder, blob).finally(() => underway.delete(path));
  underway.set(path, fetched);
  return fetched;
}

async function fetchFile(client: Redis, folder: string, { sha256, bytes }: Blob): Promise<string> {
  const path = join(folder, sha256);
  const now = new Date();
  if (
    await utimes(path, now, now).then(
      () => true,
      () => false,
    )
  )
    return path;
  if (bytes > MAX_FILE_BYTES) throw new CoordinatorError(`a file of ${bytes} bytes is too large`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = temporaryNameFor(path);
  const hash = createHash('sha256');
  const file = await open(temporary, 'wx', 0o600);
  try {
    for (let at = 0, piece = 0; at < bytes; at += PIECE_BYTES, piece += 1) {
      const part = await client.hgetBuffer(keys.file(sha256), String(piece));
      if (part?.length !== Math.min(PIECE_BYTES, bytes - at)) throw missing(sha256);
      hash.update(part);
      await file.write(part);
    }
    if (hash.digest('hex') !== sha256) throw missing(sha256);
    await rename(temporary, path);
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  await prune(folder);
  return path;
}

function missing(sha256: string): CoordinatorError {
  return new CoordinatorError(
    `the file ${sha256.slice(0, 12)}… is not on the server of the queue as it was sent`,
    {
      remedy: 'run it again',
    },
  );
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = aged.sort((a, b) => b.used - a.used).slice(MAX_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
