import type { QmpClient, QmpEvent } from './qmp.ts';

/**
 * Saves a guest to a file, or restores it from one. `mapped-ram` gives every page a fixed place in the file, so that it
 * is as large as the memory in use and is read in as long as that takes,
 * https://www.qemu.org/docs/master/devel/migration/mapped-ram.html.
 */
export class Migration {
  readonly #qmp: QmpClient;
  #settle: ((status: string) => void) | null = null;

  /** {@link onEvent} must be told all of QEMU's events. */
  constructor(qmp: QmpClient) {
    this.#qmp = qmp;
  }

  readonly onEvent = ({ event, data }: QmpEvent): void => {
    const status = event === 'MIGRATION' ? data?.['status'] : null;
    if (status === 'completed' || status === 'failed' || status === 'cancelled') this.#settle?.(status);
  };

  /** The guest stands still afterwards. @throws Error in QEMU's words. */
  async save(file: string): Promise<void> {
    await this.#qmp.execute('stop');
    await this.#run('migrate', file);
  }

  /** @throws Error in QEMU's words. */
  async restore(file: string): Promise<void> {
    await this.#run('migrate-incoming', file);
  }

  async #run(command: 'migrate' | 'migrate-incoming', file: string): Promise<void> {
    const capabilities = ['mapped-ram', 'x-ignore-shared', 'events'].map((capability) => ({
      capability,
      state: true,
    }));
    await this.#qmp.execute('migrate-set-capabilities', { capabilities });
    const settled = new Promise<string>((resolve) => {
      this.#settle = resolve;
    });
    await this.#qmp.execute(command, { uri: `file:${file}` });
    const status = await Promise.race([settled, this.#qmp.closed.then(() => 'gone')]);
    if (status === 'completed') return;
    const { 'error-desc': why = 'QEMU ended' } = await this.#query();
    throw new Error(`${command} ${status}: ${why}`);
  }

  async #query(): Promise<{ readonly 'error-desc'?: string }> {
    return (await this.#qmp.execute('query-migrate').catch(() => ({}))) as { 'error-desc'?: string };
  }
}
