import { hostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './json.ts';

describe('the json reporter', () => {
  it('writes the report as it is', async () => {
    const text = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(JSON.parse(text)).toEqual(sampleReport());
    expect(text.startsWith('{\n  "version": 1,\n  "run": "20261122-184500-x7q2",\n')).toBe(true);
  });

  it('loses nothing of hostile text, and shows a terminal nothing to obey', async () => {
    const text = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(JSON.parse(text).guests[1].tests[1].message).toBe(hostileText);
    expect(text).toContain('\\u009b31m\\u202egnp.\\ud800');
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
  });
});
