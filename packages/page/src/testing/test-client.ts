import { once } from 'node:events';
import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';
import { EVENTS_PATH, type Frame, type FrameOf, type SentRequest, SUBPROTOCOL } from '../protocol/index.ts';

const unpackr = new Unpackr({ useRecords: false });

/** A program that listens, as docs/page.md says. */
export class TestClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  #onFrame: () => void = () => {};

  constructor(url: string, options: { headers?: Record<string, string>; protocols?: string[] } = {}) {
    const { headers = {}, protocols = [SUBPROTOCOL] } = options;
    this.socket = new WebSocket(new URL(EVENTS_PATH, url).href.replace('http', 'ws'), protocols, { headers });
    this.socket.on('message', (data) => {
      this.frames.push(unpackr.unpack(data as Buffer) as Frame);
      this.#onFrame();
    });
    this.socket.on('error', () => {});
  }

  /** The status of the answer that refuses it; 101 when it is open. */
  async opened(): Promise<number | undefined> {
    return Promise.race([
      once(this.socket, 'open').then(() => 101),
      once(this.socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
    ]);
  }

  send(request: SentRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  /** The first frame that fits, of those that came and will come. */
  async frame<Type extends Frame['type']>(
    type: Type,
    fits: (frame: FrameOf<Type>) => boolean = () => true,
  ): Promise<FrameOf<Type>> {
    for (;;) {
      const found = this.frames.find(
        (one): one is FrameOf<Type> => one.type === type && fits(one as FrameOf<Type>),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
  }

  /** Code with which the server ended it. */
  async closed(): Promise<number> {
    const [code] = await once(this.socket, 'close');
    return code as number;
  }
}
