import { CoordinatorError } from '@coordinator/base/errors';
import { describe, expect, it } from 'vitest';
import { parseReporterOption, placeReporters } from './option.ts';

const place = (...options: string[]) => placeReporters(options.map(parseReporterOption));

function problem(action: () => unknown): CoordinatorError {
  try {
    action();
  } catch (error) {
    if (error instanceof CoordinatorError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseReporterOption', () => {
  it.each([
    ['terminal', { name: 'terminal', file: null }],
    ['json=-', { name: 'json', file: null }],
    ['tap=13', { name: 'tap13', file: null }],
    ['tap=14', { name: 'tap', file: null }],
    ['tap13=out.tap', { name: 'tap13', file: 'out.tap' }],
    ['tap=./13', { name: 'tap', file: './13' }],
    ['junit=out/a=b.xml', { name: 'junit', file: 'out/a=b.xml' }],
  ])('reads %s', (text, spec) => expect(parseReporterOption(text)).toEqual(spec));

  it('suggests the name that was meant, and lists all', () => {
    const error = problem(() => parseReporterOption('jsom=out.json'));
    expect(error.message).toBe('there is no reporter "jsom"; did you mean "json"?');
    expect(error.remedy).toBe(
      'the reporters are terminal, json, junit, tap, tap13, ktap, lava, github, html, ctrf, kcidb, otlp, timings, events',
    );
    expect(error.exitCode).toBe(2);
  });

  it.each(['', 'spreadsheet', 'x'.repeat(1000), '=file'])('does not guess at "%s"', (text) => {
    expect(problem(() => parseReporterOption(text)).message).not.toContain('did you mean');
  });

  it('wants a file behind "="', () => {
    expect(problem(() => parseReporterOption('tap=')).message).toBe('--reporter tap= names no file');
  });
});

describe('placeReporters', () => {
  const stdout = 'stdout';

  it('puts the terminal reporter on standard output when nothing else is there', () => {
    expect(place()).toEqual([{ name: 'terminal', target: stdout }]);
    expect(place('json=/tmp/a')).toEqual([
      { name: 'terminal', target: stdout },
      { name: 'json', target: { file: '/tmp/a' } },
    ]);
    expect(place('json')).toEqual([{ name: 'json', target: stdout }]);
  });

  it('moves it out of the way of a format on standard output', () => {
    expect(place('terminal', 'json=-')).toEqual([
      { name: 'terminal', target: 'stderr' },
      { name: 'json', target: stdout },
    ]);
  });

  it('refuses two in one place', () => {
    expect(problem(() => place('json', 'tap=-'))).toMatchObject({
      message: 'the reporters json and tap would both write to standard output',
      remedy: 'write one to a file: tap=FILE',
      exitCode: 2,
    });
    expect(problem(() => place('terminal', 'terminal')).message).toContain('standard output');
    expect(problem(() => place('json=/tmp/x/../a', 'tap=/tmp/a')).message).toContain('/tmp/a');
  });

  it('has the timings below whatever else is shown, once', () => {
    expect(place('timings', 'json', 'timings')).toEqual([
      { name: 'json', target: stdout },
      { name: 'timings', target: 'stderr' },
    ]);
    expect(place('timings')).toEqual([
      { name: 'terminal', target: stdout },
      { name: 'timings', target: 'stderr' },
    ]);
  });
});
