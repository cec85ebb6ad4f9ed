import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnRun } from '../server/own-run.ts';
import { PageServer } from '../server/page-server.ts';

/** Servers of a run, with files in place of the page's. */
export class TestServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'page-'));
  readonly #open: PageServer[] = [];

  constructor() {
    for (const name of ['index.html', 'page.js', 'page.css'])
      writeFileSync(join(this.folder, name), `${name}\n`);
  }

  async start(host = '127.0.0.1', token?: string) {
    const source = new OwnRun(this.folder, () => server.greet());
    const address = { host, port: 0 };
    const server = await PageServer.open({
      address,
      assets: this.folder,
      source,
      coordinator: '0.1.0',
      token,
    });
    this.#open.push(server);
    return { server, source, url: `http://127.0.0.1:${new URL(server.url).port}/` };
  }

  async stop(): Promise<void> {
    for (const server of this.#open.splice(0)) await server.close();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
