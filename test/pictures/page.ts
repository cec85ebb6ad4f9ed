import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageServer, StoredList, StoredRuns } from '@coordinator/page';
import type { TestBrowser } from '../support/browser.ts';
import { DARK, keep, readRecorded, type Studio } from './studio.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true } as const;
/** Of the events of the run, so many were there. */
const SHARE = 0.62;

/** The live page of a stress run, in the middle of it, as if it went on now. */
export async function takePage(studio: Studio): Promise<void> {
  const lines = readRecorded('stress.events.jsonl')
    .toString()
    .split(/(?<=\n)/);
  const { run } = JSON.parse(lines[0] ?? '') as { run: string };
  const runsDir = join(studio.scratch, 'runs');
  mkdirSync(join(runsDir, run), { recursive: true });
  const shown = lines.slice(0, Math.round(lines.length * SHARE));
  writeFileSync(join(runsDir, run, 'events.jsonl'), shown.join(''));
  const running = () => new Set([run]);
  const server = await PageServer.open({
    address: { host: '127.0.0.1', port: 0 },
    assets: join(process.cwd(), 'packages/host/dist/page'),
    source: new StoredRuns({ runsDir, running, list: new StoredList(runsDir, running) }),
    coordinator: '0.1.0',
  });
  const take = async (name: string, options: Parameters<TestBrowser['open']>[1]) => {
    const viewport = { width: 1280, height: 1180 };
    const page = await studio.browser.open(`${server.url}#/run/${run}`, { viewport, ...options });
    await page.locator('.chart canvas').nth(3).waitFor();
    await keep(page, studio, name);
  };
  try {
    await take('page', {});
    await take('page-dark', DARK);
    await take('page-phone', { ...PHONE, ...DARK });
  } finally {
    await server.close();
  }
}
