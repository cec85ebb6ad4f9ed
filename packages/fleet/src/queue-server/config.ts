/**
 * The configuration of Valkey, or Redis, as a queue needs it: nothing is thrown away, and what was written is there again after
 * a restart, but for the last second. The password is in this file alone, never on a command line.
 */
export function serverConfig(options: {
  readonly port: number;
  readonly password: string;
  readonly data: string;
  readonly log: string;
}): string {
  const { port, password, data, log } = options;
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'protected-mode yes',
    'daemonize no',
    `dir ${quote(data)}`,
    `logfile ${quote(log)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    // Its title would be written over its environment, by which it is found.
    'set-proc-title no',
    '',
  ].join('\n');
}

/** As its parser of configurations reads a string. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
