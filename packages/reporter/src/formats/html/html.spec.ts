import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderWith } from '../../testing/recording-output.ts';
import { sampleStressEvents, sampleStressReport } from '../../testing/sample-stress.ts';
import { createReporter } from './html.ts';

const OPENED = /<(section|table|tbody|thead|details|pre|code|h2|div|ul|svg|figure|main|mark|g)\b/g;
const CLOSED = /<\/(section|table|tbody|thead|details|pre|code|h2|div|ul|svg|figure|main|mark|g)>/g;

/** HTML, 13.1.2.4: elements whose end tag may be left out, and those that have none. */
const NO_END =
  /^(html|head|body|p|li|dt|dd|tr|th|td|thead|tbody|colgroup|option|br|col|hr|img|input|link|meta|wbr)$/;

/** What is wrong with the page to a parser of others: its errors, elements that never end, and ends of none. */
function htmlErrors(page: string): string[] {
  const errors: string[] = [];
  const document = parse(page, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => void errors.push(`${startLine}: ${code}`),
  });
  let ended = 0;
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if (defaultTreeAdapter.isElementNode(node) && node.sourceCodeLocation) {
      const { endTag, startTag, startLine } = node.sourceCodeLocation;
      const empty =
        startTag !== undefined && page.slice(startTag.startOffset, startTag.endOffset).endsWith('/>');
      if (endTag) ended += 1;
      else if (!NO_END.test(node.tagName) && !empty)
        errors.push(`${startLine}: <${node.tagName}> never ends`);
    }
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(document);
  const ends = page.match(/<\/[a-z]/gi)?.length ?? 0;
  return ends === ended ? errors : [...errors, `${ends - ended} end tags are of no element`];
}

describe('the html reporter', () => {
  it('is HTML as the standard says, whatever is in it', async () => {
    const report = sampleReport();
    const hostile = JSON.parse(
      JSON.stringify(report).replaceAll('"guest-1"', JSON.stringify(`</td></table><p>${hostileText}`)),
    );
    for (const shown of [report, hostile])
      expect(htmlErrors(await renderWith(createReporter, sampleEvents, shown))).toEqual([]);
    expect(htmlErrors(await renderWith(createReporter, sampleStressEvents, sampleStressReport()))).toEqual(
      [],
    );
  });

  it('shows guests, tests, interrupts and warnings', async () => {
    const page = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(page).toMatch(/^<!doctype html>\n/);
    expect(page.match(/<section id="guest-\d"/g)).toHaveLength(5);
    expect(page.match(/<code>ITS-PCI-MSIX-0000:00:02\.0<\/code>/g)).toHaveLength(8);
    expect(page).toContain('<th scope="col" class="number">CPU0<th scope="col" class="number">CPU1');
    expect(page).toContain(
      '<li>rcu-stall: <code>rcu: INFO: rcu_sched self-detected stall on CPU</code></li>',
    );
    expect(page).toContain('<td class="number">412 µs');
  });

  it('shows which host of a fleet a guest was on, and those of its tries', async () => {
    const report = sampleReport();
    const lost = {
      outcome: 'error',
      error_kind: 'lost',
      reason: 'gone',
      duration_ms: 1,
      host: 'lab-1',
    } as const;
    const guests = report.guests.map((guest, index) =>
      index === 0 ? { ...guest, host: 'lab-7', flaky: true, attempts: [lost] } : guest,
    );
    const page = await renderWith(createReporter, sampleEvents, { ...report, guests });
    expect(page).toContain('<th scope="col">guest<th scope="col">host<th scope="col">outcome');
    expect(page).toContain('guest-1</a><td>lab-7<td class="pass">');
    expect(page).toContain(' · on lab-7');
    expect(page).toContain('passed at try 2, after error on lab-1: gone');
    expect(await renderWith(createReporter, sampleEvents, report)).not.toContain('<th scope="col">host');
  });

  it('needs nothing else and runs nothing', async () => {
    const page = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|url\(|https?:/i);
  });

  it('escapes everything that is inserted', async () => {
    const report = JSON.parse(
      JSON.stringify(sampleReport()).replaceAll(
        '"guest-1"',
        JSON.stringify(`"><script>alert(1)</script>${hostileText}`),
      ),
    );
    const page = await renderWith(createReporter, [], report);
    expect(page).not.toMatch(/<script|<b>/);
    expect(page).toContain('&#34;&#62;&#60;script&#62;alert(1)');
    expect(page.match(CLOSED)).toHaveLength(page.match(OPENED)?.length ?? 0);
  });

  it('draws where the time went, how often each vector was served on each CPU, and how long transactions took', async () => {
    const report = sampleReport();
    const [guest] = report.guests;
    if (!guest) throw new Error('no guest');
    const phases = [
      { phase: 'boot', duration_ms: 1890 },
      { phase: 'tests', duration_ms: 210 },
    ];
    const tests = guest.tests.map((test) => ({
      ...test,
      latency_us: [
        [100, 3],
        [800, 1],
      ] as [number, number][],
    }));
    const page = await renderWith(createReporter, sampleEvents, {
      ...report,
      guests: [{ ...guest, phases, tests }],
    });
    expect(page).toContain('aria-label="boot 1.9 s, tests 210 ms"');
    expect(page).toMatch(/<rect class="phase-tests" x="900" width="100"/);
    expect(page).toContain('vector 4 on CPU0: 2');
    expect(page).toContain('at most 2 in a cell');
    expect(page).toContain('How long 24 transactions took.');
    expect(page.match(CLOSED)).toHaveLength(page.match(OPENED)?.length ?? 0);
  });

  it('has the log, with what is wrong marked, and the end of the console of what did not pass', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coordinator-html-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const id of ['guest-1', 'guest-3']) await mkdir(join(folder, id));
    await writeFile(join(folder, 'guest-1', 'console.log'), 'of a guest that passed');
    const console = `${'x'.repeat(70_000)}\r\n[ 1.0] Kernel panic - not syncing: sysrq triggered crash\r\n\x1b[31m<b>after\r\n`;
    await writeFile(join(folder, 'guest-3', 'console.log'), console);
    await symlink('/etc/passwd', join(folder, 'guest-2'));
    const page = await renderWith(createReporter, sampleEvents, sampleReport(), { runFolder: folder });
    expect(page).toContain('<mark>rcu-stall: rcu: INFO: rcu_sched self-detected stall on CPU</mark>');
    expect(page).toContain('<td>coordinator<td><code>five guests share two CPUs</code>');
    expect(page).toContain(
      '<mark>[ 1.0] Kernel panic - not syncing: sysrq triggered crash</mark>\n&#60;b&#62;after\n</pre>',
    );
    expect(page).not.toContain('of a guest that passed');
    expect(page).not.toContain('root:x');
    expect(page.length).toBeLessThan(100_000);
  });
});
