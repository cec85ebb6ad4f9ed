import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Report } from '@coordinator/shared/report';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousProblems, TestBrowser } from './support/browser.ts';
import { Coordinator, type Ended, RunsFolder, until } from './support/coordinator.ts';
import { leftovers } from './support/processes.ts';

/** The live page in a real browser: a run of two guests that serves itself, and then `serve` over what is kept. */

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;
const DARK = { colorScheme: 'dark' } as const;
/** A stress run of eight guests with faults on purpose, as it was recorded. */
const recorded = gunzipSync(
  readFileSync(join(import.meta.dirname, 'fixtures/stress.events.jsonl.gz')),
).toString();

let runs: RunsFolder;
let browser: TestBrowser;
beforeAll(async () => {
  runs = new RunsFolder();
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser.close();
  runs.remove();
  expect(leftovers()).toEqual([]);
});

/** The URL that a command prints on stderr. */
async function urlOf(command: Coordinator): Promise<string> {
  let text = '';
  command.child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return until('the URL of the page', () => /(http:\S+)/.exec(text)?.[1]);
}

const card = (page: Page, guest: string) => page.locator('.card', { hasText: guest });
const outcomeOf = (page: Page, guest: string, outcome: string) =>
  card(page, guest).locator('.pill', { hasText: outcome }).waitFor();

async function serve(listen: string): Promise<{ server: Coordinator; url: string }> {
  const server = new Coordinator(['serve', '--listen', listen, '--runs', runs.path]);
  return { server, url: await urlOf(server) };
}

describe('a run that serves itself', () => {
  let ended: Ended;
  let page: Page;

  it('is seen while it goes on, and its end', async () => {
    const plan = join(runs.path, 'plan.yaml');
    const tests = [
      '{ mode: memcpy, size: 0x100, transactions: 10 }',
      '{ run: ./says-what-it-likes.sh, format: ktap }',
    ];
    writeFileSync(plan, `name: mine\ntests:\n${tests.map((test) => `  - ${test}\n`).join('')}`);
    const files = resolve(import.meta.dirname, 'programs');
    const options = ['--plan', plan, '--files', files];
    const run = runs.start('--guests', '2', ...options, '--serve', '0');
    page = await browser.open(await urlOf(run));
    for (const guest of ['guest-1', 'guest-2']) await outcomeOf(page, guest, 'running');
    await page.locator('.connection', { hasText: 'live' }).waitFor();
    await page.getByRole('link', { name: 'guest-2' }).click();
    await page.locator('.xterm-rows', { hasText: 'still here' }).waitFor();
    await outcomeOf(page, 'guest-1', 'pass');
    await outcomeOf(page, 'guest-2', 'fail');
    ended = await run.ended;
    expect(ended.code, ended.stderr).toBe(1);
    await page.locator('.connection', { hasText: 'run over' }).waitFor();
    expect(await page.title()).toMatch(/^fail · \d{8}-/);
    expect(await page.locator('.detail table').first().textContent()).toContain('memcpy/0x100');
  });

  it('shows what guests say as text, whatever it is', async () => {
    const rows = page.locator('.xterm-rows', { hasText: 'still here' });
    await rows.waitFor();
    const screen = await rows.textContent();
    expect(screen).toContain('<img src=x onerror="window.owned=1">');
    await page.getByRole('button', { name: 'as text' }).click();
    expect(await page.locator('.detail .message, .detail table').first().textContent()).toContain(
      '<img src=x',
    );
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await page.locator('img, a[href*="attacker"]').count()).toBe(0);
  });

  it('is refused where the port is taken, before there are guests', async () => {
    const { server, url } = await serve('0');
    const second = await new Coordinator(['test', '--runs', runs.path, '--serve', new URL(url).port]).ended;
    server.kill('SIGTERM');
    expect([second.code, second.stdout]).toEqual([4, '']);
    expect(second.stderr).toMatch(
      /cannot be served at 127\.0\.0\.1:\d+: something else listens there\n {2}→ choose/,
    );
    expect((await server.ended).code).toBe(130);
  });
});

/** Another run as that one, with another kernel, slower, and with a guest that panicked. @returns its name */
function storeChanged(run: string): string {
  const report = JSON.parse(readFileSync(join(runs.path, run, 'report.json'), 'utf8')) as Report;
  const guests = report.guests.map((guest) => ({
    ...guest,
    kernel: '9.9.9-other',
    interrupts: guest.interrupts && { ...guest.interrupts, device_total: 2 * guest.interrupts.device_total },
    tests: guest.tests.map((test) => ({
      ...test,
      // Far beyond what a busy machine does to them.
      ...(test.latency_us && { latency_us: [[1e8, test.transactions]] as [number, number][] }),
    })),
  }));
  const [first, second] = guests;
  if (!first || !second) throw new Error('no guests');
  const reason = 'Kernel panic - not syncing: sysrq triggered crash';
  const tests = second.tests.map((test) => ({ ...test, outcome: 'fail' as const }));
  const crash = { outcome: 'panic' as const, reason, fingerprint: 'abcdef012345', tests };
  const name = run.replace(/.{4}$/, 'zzzz');
  mkdirSync(join(runs.path, name));
  const changed = { ...report, run: name, guests: [first, { ...second, ...crash }] };
  writeFileSync(join(runs.path, name, 'report.json'), JSON.stringify(changed));
  copyFileSync(join(runs.path, run, 'events.jsonl'), join(runs.path, name, 'events.jsonl'));
  return name;
}

describe('what is kept', () => {
  let server: Coordinator;
  let url: string;
  let page: Page;
  let log: string;
  const lines = recorded.split(/(?<=\n)/);
  const run = JSON.parse(lines[0] ?? '').run as string;

  beforeAll(async () => {
    mkdirSync(join(runs.path, run));
    log = join(runs.path, run, 'events.jsonl');
    writeFileSync(log, lines.slice(0, lines.length / 2).join(''));
    ({ server, url } = await serve('0'));
  });
  afterAll(async () => {
    server.kill('SIGINT');
    await server.ended;
  });

  it('is a list, and each run looks as it did', async () => {
    page = await browser.open(url);
    await page.locator('.runs tbody tr').nth(1).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.locator('.runs tr', { hasText: 'fail' }).getByRole('link').click();
    await outcomeOf(page, 'guest-2', 'fail');
    await page.getByRole('link', { name: 'guest-2' }).press('Enter');
    await page.locator('.xterm-rows', { hasText: 'still here' }).waitFor();
    expect(await page.locator('.detail').textContent()).toContain('Where the time went');
    expect(await seriousProblems(page)).toEqual([]);
  });

  it('is compared: two runs chosen by keys, and what changed from one to the other', async () => {
    const [first = ''] = await page.locator('.head .mono').allTextContents();
    const second = storeChanged(first);
    await page.goto(`${url}#/`);
    const box = (name: string) => page.getByRole('checkbox', { name: `compare ${name}` });
    await box(second).focus();
    await page.keyboard.press('Space');
    await page.locator('.choice', { hasText: 'choose another run' }).waitFor();
    await box(first).press('Space');
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Compare A with B' }).press('Enter');
    await page.locator('.banner.bad', { hasText: /^worse: \d+ fail more often in B/ }).waitFor();
    const told = (title: string) =>
      page.getByRole('region', { name: title, exact: true }).last().textContent();
    expect(await told('Settings and kernels')).toContain('9.9.9-other');
    expect(await told('Guests')).toMatch(/guest-2.*fail.*panic.*Kernel panic/);
    expect(await told('Outcomes')).toMatch(/memcpy\/0x100 worse2 pass1 fail 1 pass/);
    expect(await told('Interrupts, for each guest or round')).toMatch(/all \d+/);
    expect(await told('Crashes')).toContain('abcdef012345 noyes');
    expect(await told('Times')).toMatch(/transaction memcpy\/0x100.*slower/);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all times' }).click();
    await page.locator('.times th', { hasText: 'boot' }).first().waitFor();
    await page.getByRole('link', { name: 'The other way round' }).click();
    await page.locator('.banner:not(.bad)', { hasText: 'not worse' }).waitFor();
    const route = `${url}#/compare/${first}/${second}`;
    for (const options of [DARK, PHONE]) {
      const other = await browser.open(route, options);
      await other.locator('.times').waitFor();
      expect(await seriousProblems(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await other.context().close();
    }
    const missing = await browser.open(`${url}#/compare/${first}/20200101-000000-none`);
    await missing.getByRole('alert').filter({ hasText: 'no run' }).waitFor();
    await missing.context().close();
  });

  it('is asked which tests fail now and then', async () => {
    await page.goto(`${url}#/`);
    await page.getByRole('link', { name: 'Which tests fail now and then' }).press('Enter');
    const row = page.locator('.flakes tr', { hasText: 'says-what-it-likes.sh' }).first();
    await row.waitFor();
    expect(await row.textContent()).toMatch(/%\d.*% – .*%\d+20\d{6}-/);
    expect(await page.title()).toBe('tests that fail · coordinator');
    expect(await seriousProblems(page)).toEqual([]);
    for (const options of [DARK, PHONE]) {
      const other = await browser.open(`${url}#/flakes`, options);
      await other.locator('.flakes').waitFor();
      expect(await seriousProblems(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await other.context().close();
    }
    await row.getByRole('link').click();
    await outcomeOf(page, 'guest-2', 'fail');
  });

  it('is followed: a stress run of eight guests', async () => {
    await page.goto(`${url}#/run/${run}`);
    await page.locator('.card').nth(7).waitFor();
    const ended = page.locator('.figures dd').first();
    const before = await ended.textContent();
    appendFileSync(log, lines.slice(lines.length / 2).join(''));
    const { outcome } = JSON.parse(lines.at(-1) ?? '');
    await page.locator('.head .pill', { hasText: outcome }).waitFor();
    expect(await ended.textContent()).not.toBe(before);
    expect(await page.locator('main').textContent()).toMatch(
      /Faults on purpose[\s\S]*Interrupts a second, by vector/,
    );
    await page.locator('.chart canvas').nth(3).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  it('comes back by itself when the server does', async () => {
    server.kill('SIGKILL');
    await page.locator('.connection', { hasText: 'disconnected' }).waitFor();
    await server.ended;
    ({ server } = await serve(new URL(url).host));
    await page.locator('.connection', { hasText: 'connected' }).and(page.locator('.open')).waitFor();
    await page.locator('.card').nth(7).waitFor();
  });

  it('can be read in the dark, and on a phone', async () => {
    for (const options of [DARK, PHONE]) {
      const other = await browser.open(`${url}#/run/${run}/guest-1`, options);
      await other.locator('.detail').waitFor();
      expect(await seriousProblems(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await other.context().close();
    }
  });

  it('is reached by keys alone', async () => {
    const other = await browser.open(url);
    await other.locator('.runs').waitFor();
    const stops: string[] = [];
    for (let n = 0; n < 6 && !/^\d{8}-/.test(stops.at(-1) ?? ''); n++) {
      await other.keyboard.press('Tab');
      stops.push(String(await other.evaluate('document.activeElement?.textContent?.slice(0, 20)')));
    }
    expect(stops.slice(0, 2)).toEqual(['Skip to content', 'coordinator']);
    expect(stops.at(-1)).toMatch(/^\d{8}-/);
    await other.keyboard.press('Enter');
    await other.locator('.card').first().waitFor();
  });

  it('had browsers complain of nothing', () => {
    expect(browser.complaints).toEqual([]);
  });
});
