/** Linux error numbers that replies carry; the same on x86-64 and arm64. */
export const Errno = {
  EACCES: 13,
  EEXIST: 17,
  EINVAL: 22,
  ENOSPC: 28,
  ENOTSUP: 95,
} as const;

/** A request that is answered with an error reply: the connection goes on. `code` is for the reply. */
export class RequestError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}

/** The client is gone, in whatever way: nobody is left to answer. */
export class ClientGone extends Error {
  constructor() {
    super('client closed');
    this.name = 'ClientGone';
  }
}

/** What arrived is no message of the protocol: the connection must be closed. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}
