import { MAX_SOCKET_PATH_BYTES } from '../socket-path.ts';

/** A device to serve. */
export interface DeviceRequest {
  /** Name in events and statistics; unique in one server. */
  readonly id: string;
  /** Absolute path of the UNIX socket, 107 bytes at most. */
  readonly socket: string;
  /** What the device is made of; for whoever makes it. */
  readonly options: unknown;
}

export type Request =
  | { readonly request: number; readonly op: 'add'; readonly device: DeviceRequest }
  | { readonly request: number; readonly op: 'remove' | 'drop'; readonly id: string }
  | { readonly request: number; readonly op: 'stats' };

/** Longest line accepted on the control channel, in bytes. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A line of the control channel before its operation is looked at. */
export interface RequestLine {
  readonly request: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** @throws Error if `line` is no numbered request, so that it cannot even be answered */
export function parseLine(line: string): RequestLine {
  const value = asObject(JSON.parse(line), 'request');
  const { request } = value;
  if (typeof request !== 'number' || !Number.isSafeInteger(request)) throw new Error('request has no number');
  return { request, value };
}

/** @throws Error saying what is wrong with the request */
export function parseRequest({ request, value }: RequestLine): Request {
  const { op } = value;
  switch (op) {
    case 'add':
      return { request, op, device: parseDevice(value['device']) };
    case 'remove':
    case 'drop':
      return { request, op, id: parseId(value['id']) };
    case 'stats':
      return { request, op };
    default:
      throw new Error(`unknown operation ${JSON.stringify(op)}`);
  }
}

/** The devices a server starts with: a JSON array. @throws Error saying what is wrong with it */
export function parseDevices(text: string): DeviceRequest[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new Error('devices are no array');
  return value.map(parseDevice);
}

function parseDevice(value: unknown): DeviceRequest {
  const { id, socket, options } = asObject(value, 'device');
  if (typeof socket !== 'string' || !socket.startsWith('/') || socket.includes('\0'))
    throw new Error(`socket ${JSON.stringify(socket)} is no absolute path`);
  const bytes = new TextEncoder().encode(socket).length;
  if (bytes > MAX_SOCKET_PATH_BYTES)
    throw new Error(
      `socket path is ${bytes} bytes long, ${MAX_SOCKET_PATH_BYTES} is the most: use a shorter folder than ${socket}`,
    );
  return { id: parseId(id), socket, options };
}

function parseId(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 64)
    throw new Error(`id ${JSON.stringify(value)} is no string of 1 to 64 characters`);
  return value;
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} is no object`);
  return value as Record<string, unknown>;
}
