import { BlockList, isIP } from 'node:net';
import { hostname } from 'node:os';
import { usageError } from '@coordinator/base/errors';

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
}

export const LOOPBACK = '127.0.0.1';

/**
 * Reads "8080", "0.0.0.0:8080" or "[::1]:8080". @throws CoordinatorError (usage)
 * @param option as the user knows it
 */
export function parseListenAddress(text: string, option: string): ListenAddress {
  const [, bracketed, plain, port = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]/@\s]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? LOOPBACK;
  if (port === '' || Number(port) > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw usageError(
      `${option}: "${text}" is not [HOST:]PORT`,
      'write for example 8080, 0.0.0.0:8080 or [::1]:8080; port 0 takes one that is free',
    );
  return { host, port: Number(port) };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can connect there. Names other than localhost may lead anywhere. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/** How people call a host that is listened at: all addresses of this machine by its name. */
export function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname();
  return isIP(host) === 6 ? `[${host}]` : host;
}
