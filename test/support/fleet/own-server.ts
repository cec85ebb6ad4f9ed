import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setUpValkey } from '@coordinator/image';
import { Redis } from 'ioredis';

const documented = readFileSync(resolve(import.meta.dirname, '../../../docs/fleet.md'), 'utf8');

/** The settings that the documentation asks for of a server of one's own. */
const settings = /^appendonly yes[^`]*/m.exec(documented)?.[0].replace(/ +#.*$/gm, '') ?? '';

/** The user that it makes for a fleet, in the words of a configuration. */
function fleetUser(password: string): string {
  const line = /^ACL SETUSER (fleet .*)$/m.exec(documented)?.[1] ?? '';
  return `user ${line.replace('PASSWORD', password)}`;
}

export interface OwnServerOptions {
  /** Lines of its configuration besides what the documentation asks for. */
  readonly lines: readonly string[];
  /** Of its user `fleet`. */
  readonly password: string;
  /** What to run it with. */
  readonly launcher?: readonly string[];
}

/** A server of the set-up's Valkey, set up as the documentation says one of one's own should be. */
export class OwnServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'server-'));
  readonly #options: OwnServerOptions;
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;

  private constructor(command: readonly string[], options: OwnServerOptions) {
    this.#command = command;
    this.#options = options;
    const text = [
      settings,
      fleetUser(options.password),
      `dir ${this.folder}`,
      `unixsocket ${this.folder}/socket`,
      // For the tests alone, which see it from every network.
      'user default on nopass ~* &* +@all',
      ...options.lines,
    ].join('\n');
    writeFileSync(join(this.folder, 'conf'), `${text}\n`);
  }

  static async start(options: OwnServerOptions): Promise<OwnServer> {
    const server = new OwnServer(await setUpValkey({}), options);
    await server.up();
    return server;
  }

  /** @returns once it answers */
  async up(): Promise<void> {
    const [program = '', ...args] = [
      ...(this.#options.launcher ?? []),
      ...this.#command,
      join(this.folder, 'conf'),
    ];
    this.#child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const client = this.connect();
    await client.ping();
    client.disconnect();
  }

  /** Ends it; what is in it is kept. */
  async down(): Promise<void> {
    const gone = this.#child && once(this.#child, 'close');
    this.#child?.kill();
    await gone;
    this.#child = null;
  }

  /** @param user its administrator unless given */
  connect(user: { readonly username?: string; readonly password?: string } = {}): Redis {
    const client = new Redis({ ...user, path: join(this.folder, 'socket'), maxRetriesPerRequest: null });
    client.on('error', () => {});
    return client;
  }

  /**
   * Hears what it is asked, by everybody. ioredis 6 cannot: it takes lines of MONITOR for answers.
   * @returns what ends it, and gives the verb, key and first argument of each command
   */
  async monitor(): Promise<() => string[][]> {
    const socket = connect(join(this.folder, 'socket'));
    const commands: string[][] = [];
    const lines = createInterface(socket);
    lines.on('line', (line) => {
      const words = /^\+\S+ \[.*?\] "(\w+)" "(.*?)" "(.*?)"/.exec(line.slice(0, 400));
      if (words) commands.push(words.slice(1));
    });
    socket.write('MONITOR\r\n');
    await once(lines, 'line');
    return () => {
      socket.destroy();
      return commands;
    };
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
