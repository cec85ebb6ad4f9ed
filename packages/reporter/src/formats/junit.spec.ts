import { spawnSync } from 'node:child_process';
import { cleanHostileText, makeTest, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './junit.ts';

interface Element {
  readonly '@name': string;
  readonly [key: string]: unknown;
}

const list = (value: unknown): Element[] => (Array.isArray(value) ? value : value ? [value as Element] : []);

async function render(report = sampleReport()) {
  const text = await renderWith(createReporter, [], report);
  const root = create(text).end({ format: 'object' }) as unknown as { testsuites: Element };
  const suites = list(root.testsuites['testsuite']);
  const cases = suites.flatMap((suite) =>
    list(suite['testcase']).map(
      (item): Element => ({ ...item, '@name': `${suite['@name']} ${item['@name']}` }),
    ),
  );
  return {
    text,
    root: root.testsuites,
    suites,
    find: (name: string) => cases.find((item) => item['@name'] === name),
    cases,
  };
}

describe('the junit reporter', () => {
  it('counts what it holds', async () => {
    const { root, suites, cases } = await render();
    expect(root).toMatchObject({
      '@tests': '15',
      '@failures': '1',
      '@errors': '3',
      '@skipped': '1',
      '@time': '30.200',
    });
    expect(cases).toHaveLength(15);
    for (const suite of suites) {
      const own = list(suite['testcase']);
      expect(suite['@tests']).toBe(String(own.length));
      expect(suite['@failures']).toBe(String(own.filter((item) => 'failure' in item).length));
      expect(suite['@errors']).toBe(String(own.filter((item) => 'error' in item).length));
      expect(suite['@skipped']).toBe(String(own.filter((item) => 'skipped' in item).length));
    }
  });

  it('keeps a failed test, a skipped one and a lost guest apart', async () => {
    const { find } = await render();
    expect(find('guest-2 memcpy/0x100#2')).toMatchObject({
      '@classname': 'virtual.guest-2',
      '@time': '0.500',
      failure: { '@type': 'fail' },
      'system-out': 'Result:\n- status = 5 I/O error\n...\n',
    });
    expect(find('guest-2 interrupts')).toMatchObject({
      skipped: { '@message': 'no transaction # was made' },
    });
    expect(find('guest-2 guest')).not.toHaveProperty('failure');
    expect(find('guest-3 guest')).toMatchObject({ error: { '@type': 'panic' } });
    expect(find('guest-4 guest')).toMatchObject({
      error: { '@type': 'hang', '@message': 'no hello within 30 s of boot' },
    });
    expect(find('guest-5 guest')).toMatchObject({ error: { '@type': 'lost' } });
    expect(find('guest-1 guest')).toEqual({
      '@name': 'guest-1 guest',
      '@classname': 'virtual.guest-1',
      '@time': '2.099',
    });
  });

  it('names versions', async () => {
    const { suites } = await render();
    const properties = suites[0]?.['properties'] as { property: Element[] } | undefined;
    const property = properties?.property;
    expect(property).toContainEqual({ '@name': 'vmm_version', '@value': '11.1.3' });
    expect(property).toContainEqual({ '@name': 'kernel', '@value': '6.12.107+deb13-arm64' });
  });

  it('shows a guest that failed without a failed test', async () => {
    const report = sampleReport();
    const guests = report.guests.map((guest) => ({ ...guest, tests: [makeTest('probe')] })).slice(1, 2);
    const { root, find } = await render({ ...report, guests });
    expect(root).toMatchObject({ '@failures': '1', '@errors': '0' });
    expect(find('guest-2 guest')).toMatchObject({ failure: { '@message': 'a test failed' } });
  });

  it('does not let a run without guests look fine', async () => {
    const { root, find } = await render({ ...sampleReport(), guests: [], reason: 'QEMU is missing' });
    expect(root).toMatchObject({ '@tests': '1', '@errors': '1' });
    expect(find('run run')).toMatchObject({ error: { '@message': 'QEMU is missing' } });
  });

  it('says the same to another parser', async ({ skip }) => {
    const { text } = await render();
    const program = [
      'import sys, xml.etree.ElementTree as tree',
      'print(tree.fromstring(sys.stdin.buffer.read()).find(".//failure").get("message"))',
    ].join('\n');
    const python = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' });
    if (python.error) skip('there is no python3');
    expect(python.stderr).toBe('');
    expect(python.stdout).toBe(`${cleanHostileText}\n`);
  });
});
