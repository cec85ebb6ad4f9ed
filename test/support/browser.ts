import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpBrowser } from '@coordinator/image';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Guests are slow where the machine is busy; what is waited for comes, or something is wrong. */
const PATIENCE_MS = 300_000;

/** A Chromium without a window, fetched by set-up on the first use. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #folder: string;
  /** What browsers complain of: scripts that fail, and what the page's policy forbids. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<TestBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const { command, args } = await setUpBrowser({ folder });
    const browser = await chromium.launch({ executablePath: command, args: [...args], timeout: PATIENCE_MS });
    return new TestBrowser(browser, folder);
  }

  /** A page of its own, as a user with this screen and these wishes would have it. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // A server that is gone is what some tests are about.
      if (message.type() === 'error' && !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(message.text()))
        this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds of weight on a page as it is now: a line for each rule, with the first element. */
export async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes[0]?.html]))',
  );
  return (found as string[][])
    .filter(([impact]) => impact === 'serious' || impact === 'critical')
    .map((parts) => parts.join(' '));
}
