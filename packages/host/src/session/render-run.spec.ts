import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReporterSet } from '@coordinator/reporter';
import { formats, RecordingOutput, renderWith } from '@coordinator/reporter/testing';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { locateRun, RunStore } from '@coordinator/store';
import { describe, expect, it } from 'vitest';
import { renderRun } from './render-run.ts';

describe('renderRun', () => {
  it('gives what the reporters would have written at the time', async () => {
    const runs = mkdtempSync(join(tmpdir(), 'render-'));
    try {
      const store = await RunStore.create(runs);
      const log = store.openEventLog({ onFailure: () => {} });
      for (const event of sampleEvents) log.append(event);
      log.close();
      const output = new RecordingOutput();
      const createReporter = await formats.lava.load();
      const reporter = await createReporter({
        output,
        color: false,
        interactive: false,
        replay: true,
        runFolder: null,
        environment: {},
      });
      const set = new ReporterSet([{ name: 'lava', reporter, output }], () => {});
      const rendered = await renderRun(await locateRun(runs, store.id), set);
      expect(rendered).toEqual({ report: sampleReport(), damage: [], failures: [] });
      expect(output.text).toBe(await renderWith(createReporter, sampleEvents, sampleReport()));
      expect(output.closed).toBe(true);
    } finally {
      rmSync(runs, { recursive: true });
    }
  });

  it('abandons the reporters when there is nothing to render', async () => {
    const output = new RecordingOutput();
    const set = new ReporterSet([{ name: 'json', reporter: {}, output }], () => {});
    await expect(renderRun({ kind: 'report', file: '/none' }, set)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(output.abandoned).toBe(true);
  });
});
