import type { Redis } from 'ioredis';
import { type Announcement, FLEET_VERSION, type FleetKey, type Order, random, seal } from '../wire/index.ts';
import { keys } from './keys.ts';
import { BEAT, HOSTS } from './scripts.ts';

/** How often a worker announces its host, and hears what it is told. */
export const BEAT_MS = 500;
const MAX_HOSTS = 1024;
const MAX_ANNOUNCEMENT_BYTES = 64 * 1024;
const MAX_ORDER_BYTES = 4096;
const MAX_ORDERS = 256;
const ORDERS_SECONDS = 3600;

/** Sealed announcements, by host. */
export async function readHosts(client: Redis): Promise<ReadonlyMap<string, string>> {
  const flat = (await client.eval(HOSTS, 1, keys.hosts, MAX_HOSTS, MAX_ANNOUNCEMENT_BYTES)) as string[];
  const hosts = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2)
    hosts.set(flat[index] ?? '', flat[index + 1] ?? '');
  return hosts;
}

/** Takes a host out of the list. */
export async function forgetHost(client: Redis, host: string): Promise<void> {
  await client.hdel(keys.hosts, host);
}

/** @returns the id of the last order so far: what follows is for whoever starts now. */
export async function lastOrder(client: Redis, host: string): Promise<string> {
  const [last] = await client.xrevrange(keys.orders(host), '+', '-', 'COUNT', 1);
  return last?.[0] ?? '0-0';
}

/** @returns sealed orders, the id of the last of them, and the runs that nobody waits for. */
export async function beat(
  client: Redis,
  key: FleetKey,
  announcement: Announcement,
  {
    after,
    runs,
  }: { /** Id of the last order that was read. */ readonly after: string; readonly runs: readonly string[] },
): Promise<{ readonly orders: string[]; readonly last: string; readonly unawaited: string[] }> {
  const { host } = announcement;
  const sealed = seal(key, 'announcement', announcement);
  const names = [keys.hosts, keys.orders(host), ...runs.map(keys.run)];
  const [flat, awaited] = (await client.eval(
    BEAT,
    names.length,
    ...names,
    host,
    sealed,
    after,
    MAX_ORDER_BYTES,
  )) as [string[], number[]];
  const orders = flat.filter((_, index) => index % 2 === 1);
  return { orders, last: flat.at(-2) ?? after, unawaited: runs.filter((_, index) => awaited[index] !== 1) };
}

/** An order that comes later is refused, ms. */
const ORDER_VALID_MS = 10 * 60_000;

type Told<One> = One extends Order ? Omit<One, 'version' | 'nonce' | 'expires'> : never;

/** Tells a worker something, once. */
export async function giveOrder(client: Redis, key: FleetKey, told: Told<Order>): Promise<void> {
  const order = { ...told, version: FLEET_VERSION, nonce: random(), expires: Date.now() + ORDER_VALID_MS };
  const stream = keys.orders(order.host);
  await client
    .multi()
    .xadd(stream, 'MAXLEN', '~', MAX_ORDERS, '*', 'o', seal(key, 'order', order))
    .expire(stream, ORDERS_SECONDS)
    .exec();
}
