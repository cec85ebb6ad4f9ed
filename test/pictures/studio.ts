import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { TestBrowser } from '../support/browser.ts';

export interface Studio {
  readonly browser: TestBrowser;
  /** Where pictures are put. */
  readonly target: string;
  /** For whatever is needed on the way. */
  readonly scratch: string;
}

export const DARK = { colorScheme: 'dark' } as const;

/** A file of test/fixtures, as it was recorded. */
export function readRecorded(name: string): Buffer {
  return gunzipSync(readFileSync(join(process.cwd(), 'test/fixtures', `${name}.gz`)));
}

/** @param part a selector of what is taken; all that is in the window without it */
export async function keep(page: Page, { target }: Studio, name: string, part?: string): Promise<void> {
  const path = join(target, `${name}.png`);
  await (part === undefined ? page : page.locator(part)).screenshot({ path, animations: 'disabled' });
  process.stdout.write(`${path}\n`);
  await page.context().close();
}
