import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestBrowser } from '../support/browser.ts';
import { takePage } from './page.ts';
import { takeReport } from './report.ts';
import { takeTerminal } from './terminal.ts';

// `npm run pictures [FOLDER]`: pictures of terminal, page and report for the documents, of runs as they were recorded, in
// test/fixtures. They are written to docs/pictures, or where one wants to look at them.

const target = process.argv[2] ?? join(process.cwd(), 'docs/pictures');
mkdirSync(target, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'pictures-'));
const browser = await TestBrowser.start();
try {
  for (const take of [takeTerminal, takePage, takeReport]) await take({ browser, target, scratch });
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
