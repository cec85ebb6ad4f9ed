import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@coordinator/shared/report';
import { cleanHostileText, makeTest, sampleReport } from '@coordinator/shared/testing';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { renderWith } from '../testing/recording-output.ts';
import { sampleStressReport } from '../testing/sample-stress.ts';
import { createReporter } from './junit.ts';

interface Element {
  readonly '@name': string;
  readonly [key: string]: unknown;
}

/** What libxml2 has against a document. */
function problemsBySchema(text: string, schema: 'ant' | 'jenkins'): string[] {
  const file = join(import.meta.dirname, '../testing/junit-schemas', `${schema}.xsd`);
  const rules = XmlDocument.fromString(readFileSync(file, 'utf8'));
  const validator = XsdValidator.fromDoc(rules);
  const document = XmlDocument.fromString(text);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (error instanceof XmlValidateError) return error.details.map(({ message }) => message);
    throw error;
  } finally {
    for (const item of [document, validator, rules]) item.dispose();
  }
}

function withoutAttempts(report: Report): Report {
  return { ...report, guests: report.guests.map((guest) => ({ ...guest, attempts: [] })) };
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
  it('names the files of each guest as Jenkins and GitLab find them, and no others', async () => {
    const report = sampleReport();
    const guests = report.guests.map((guest) => ({ ...guest, artifacts: ['console.log', '../x', 'a]]b'] }));
    const text = await renderWith(createReporter, [], { ...report, guests }, { runFolder: '/runs/x' });
    expect(text.match(/\[\[ATTACHMENT\|.*?\]\]/g)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `[[ATTACHMENT|/runs/x/guest-${number}/console.log]]`),
    );
    for (const schema of ['ant', 'jenkins'] as const) expect(problemsBySchema(text, schema)).toEqual([]);
  });

  it('counts what it holds', async () => {
    const { suites, cases } = await render();
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
      failure: {
        '@type': 'fail',
        '#': expect.stringMatching(/\nResult:\n- status = 5 I\/O error\n\.\.\.\n$/),
      },
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
    const { suites, find } = await render({ ...report, guests });
    expect(suites).toMatchObject([{ '@failures': '1', '@errors': '0' }]);
    expect(find('guest-2 guest')).toMatchObject({ failure: { '@message': 'a test failed' } });
  });

  it('does not let a run without guests look fine', async () => {
    const { suites, find } = await render({ ...sampleReport(), guests: [], reason: 'QEMU is missing' });
    expect(suites).toMatchObject([{ '@tests': '1', '@errors': '1' }]);
    expect(find('run run')).toMatchObject({ error: { '@message': 'QEMU is missing' } });
  });

  it('has a place for warnings and for what tests print', async () => {
    const report = sampleReport();
    const tests = [makeTest('probe', { output: 'found it\n' })];
    const { suites } = await render({
      ...report,
      guests: report.guests.slice(0, 2).map((guest) => ({ ...guest, tests })),
    });
    expect(suites[0]).toMatchObject({ 'system-out': 'probe:\nfound it\n' });
    expect(suites[1]).toMatchObject({ 'system-err': expect.stringMatching(/^rcu-stall: rcu: INFO/) });
  });

  describe.each(['ant', 'jenkins'] as const)('by the schema of %s', (schema) => {
    const problemsOf = (text: string) => problemsBySchema(text, schema);

    it.each([
      ['a run', sampleReport()],
      ['a run without guests', { ...sampleReport(), guests: [], reason: 'QEMU is missing' }],
      ['nothing', { ...sampleReport(), guests: [] }],
      ['rounds', withoutAttempts(sampleStressReport())],
    ])('is valid: %s', async (_, report) => {
      expect(problemsOf((await render(report)).text)).toEqual([]);
    });

    it(`has ${schema === 'ant' ? 'no' : 'a'} word for earlier tries`, async () => {
      const { text } = await render(sampleStressReport());
      expect(problemsOf(text).length > 0).toBe(schema === 'ant');
    });

    it('is not when it has what the schema has not', async () => {
      const { text } = await render();
      expect(problemsOf(text.replace('<testsuites', '<testsuites skipped="1"'))).not.toEqual([]);
      expect(problemsOf(text.replace('<properties>', '<extras/><properties>'))).not.toEqual([]);
      expect(problemsOf(text.replace(' tests="', ' test="'))).not.toEqual([]);
    });
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
