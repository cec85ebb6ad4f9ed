import { createConnection, type Socket } from 'node:net';

/**
 * As much of gdb as a test needs: the Remote Serial Protocol, https://sourceware.org/gdb/current/onlinedocs/gdb.html/Remote-Protocol.html.
 * Whoever connects stops the guest.
 */
export class Gdb {
  readonly #socket: Socket;
  readonly #packets: string[] = [];
  #text = '';
  #onPacket: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (piece: string) => this.#receive(piece));
  }

  static connect(path: string): Promise<Gdb> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path, () => resolve(new Gdb(socket)));
      socket.once('error', reject);
    });
  }

  /** @returns what is answered; of "c", once the guest has stopped. */
  async ask(packet: string): Promise<string> {
    const sum = [...packet].reduce((total, character) => total + character.charCodeAt(0), 0) & 0xff;
    this.#socket.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
    for (;;) {
      const answer = this.#packets.shift();
      if (answer !== undefined) return answer;
      await new Promise<void>((resolve) => {
        this.#onPacket = resolve;
      });
    }
  }

  /** A register by its number in gdb's description of AArch64. */
  async register(number: number): Promise<bigint> {
    const bytes = Buffer.from(await this.ask(`p${number.toString(16)}`), 'hex');
    return bytes.readBigUInt64LE();
  }

  /** Lets the guest go on without it. */
  async detach(): Promise<void> {
    await this.ask('D');
    this.#socket.destroy();
  }

  #receive(piece: string): void {
    this.#text += piece;
    for (;;) {
      const packet = /\$([^#]*)#[0-9a-f]{2}/.exec(this.#text);
      if (!packet) return;
      this.#text = this.#text.slice(packet.index + packet[0].length);
      this.#socket.write('+');
      this.#packets.push(packet[1] ?? '');
      this.#onPacket();
    }
  }
}
