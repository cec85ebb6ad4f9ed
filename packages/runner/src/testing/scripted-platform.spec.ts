import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '@coordinator/life/testing';
import { builtinPlans, parsePlan } from '@coordinator/shared/plan';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../run/run.ts';
import { ScriptedPlatform } from './scripted-platform.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['default', 'page', 'isolation'])('a guest in which all is well passes the plan %s', async (name) => {
  const plan = parsePlan(builtinPlans.get(name) ?? '', name);
  const report = await run({
    ...{ run: 'r', folder, plan, limits, guests: 1, keep: false, platform: new ScriptedPlatform(plan) },
    ...{ kernel: '/k', initrd: '/i', kernelArguments: [], kit: '/kit', cpus: 1, memoryMiB: 128 },
    ...{ command: [], coordinatorVersion: '0', channel: 'file', start: 'cold', notices: [] },
    listeners: [],
    interrupt: new AbortController().signal,
    failure: new AbortController().signal,
  });
  const problems = report.guests.flatMap(({ reason, warnings, tests }) => [
    ...(reason === null ? [] : [reason]),
    ...warnings.map(({ kind, line }) => `${kind}: ${line}`),
    ...tests.flatMap(({ name, outcome, message }) => (outcome === 'pass' ? [] : [`${name}: ${message}`])),
  ]);
  expect(problems).toEqual([]);
  expect(report.outcome).toBe('pass');
});
