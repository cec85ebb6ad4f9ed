import { hostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../../testing/recording-output.ts';
import { createReporter } from './html.ts';

describe('the html reporter', () => {
  it('shows guests, tests, interrupts and warnings', async () => {
    const page = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(page).toMatch(/^<!doctype html>\n/);
    expect(page.match(/<section id="guest-\d"/g)).toHaveLength(5);
    expect(page.match(/<code>ITS-PCI-MSIX-0000:00:02\.0<\/code>/g)).toHaveLength(8);
    expect(page).toContain('<th class="number">CPU0<th class="number">CPU1');
    expect(page).toContain(
      '<li>rcu-stall: <code>rcu: INFO: rcu_sched self-detected stall on CPU</code></li>',
    );
    expect(page).toContain('<td class="number">412 µs');
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
    const opened = page.match(/<(section|table|tbody|thead|details|pre|code|h2|div|ul)\b/g)?.length;
    expect(page.match(/<\/(section|table|tbody|thead|details|pre|code|h2|div|ul)>/g)).toHaveLength(
      opened ?? 0,
    );
  });
});
