import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PageServer, StoredList, StoredRuns } from '@coordinator/page';
import { TestBrowser } from '../support/browser.ts';

// `npm run pictures [FOLDER]`: pictures of the page for the documents, of a stress run as it was recorded, in the middle
// of it, as if it went on now. They are written to docs/pictures, or where one wants to look at them.

const root = process.cwd();
const target = process.argv[2] ?? join(root, 'docs/pictures');
const DARK = { colorScheme: 'dark' } as const;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true } as const;
/** Of its events, so many were there. */
const SHARE = 0.62;

const recorded = gunzipSync(readFileSync(join(root, 'test/fixtures/stress.events.jsonl.gz'))).toString();
const lines = recorded.split(/(?<=\n)/);
const { run } = JSON.parse(lines[0] ?? '') as { run: string };

const runsDir = mkdtempSync(join(tmpdir(), 'pictures-'));
const folder = join(runsDir, run);
mkdirSync(folder);
writeFileSync(join(folder, 'events.jsonl'), lines.slice(0, Math.round(lines.length * SHARE)).join(''));
mkdirSync(target, { recursive: true });
const running = () => new Set([run]);
const server = await PageServer.open({
  address: { host: '127.0.0.1', port: 0 },
  assets: join(root, 'packages/host/dist/page'),
  source: new StoredRuns({ runsDir, running, list: new StoredList(runsDir, running) }),
  coordinator: '0.1.0',
});
const browser = await TestBrowser.start();
try {
  await picture('page', {});
  await picture('page-dark', DARK);
  await picture('page-phone', { ...PHONE, ...DARK });
} finally {
  await browser.close();
  await server.close();
  rmSync(runsDir, { recursive: true });
}

async function picture(name: string, options: Parameters<TestBrowser['open']>[1]): Promise<void> {
  const viewport = { width: 1280, height: 1180 };
  const page = await browser.open(`${server.url}#/run/${run}`, { viewport, ...options });
  await page.locator('.chart canvas').nth(3).waitFor();
  const path = join(target, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  process.stdout.write(`${path}\n`);
  await page.context().close();
}
