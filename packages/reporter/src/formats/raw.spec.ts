import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import { sampleEvents } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { formats, type ReporterName, reporterNames } from './formats.ts';

/** What guests, VMMs and other people's files may say, anywhere. */
const FREE_TEXT = new Set(
  'action agent chip command detail driver kernel line machine message name node output plan reason runtime tests text vmm_version'.split(
    ' ',
  ),
);

/** Every 8-bit control of ISO 6429, CSI and OSC among them with something behind them, and C0's. */
const CONTROLS = String.fromCharCode(
  ...Array.from({ length: 32 }, (_, index) => index),
  ...Array.from({ length: 33 }, (_, index) => 0x7f + index),
);
const HOSTILE = `\u009b31m\u009d0;title\u009c\u0090q\u009c${CONTROLS}\u009bA\x1b[2J\x1b]52;c;x\x07\ufffd\u202e`;

function poison<Value>(value: Value, isFree = false): Value {
  if (typeof value === 'string') return (isFree ? `${value}${HOSTILE}` : value) as Value;
  if (Array.isArray(value)) return value.map((item) => poison(item, isFree)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, poison(field, FREE_TEXT.has(key))]),
  ) as Value;
}

function hostileRun(): { events: readonly RunEvent[]; report: ReturnType<ReportBuilder['report']> } {
  const events = sampleEvents.map((event) => poison(event));
  const builder = new ReportBuilder();
  for (const event of events) builder.apply(event);
  return { events, report: builder.report() };
}

const raw = (text: string) => text.match(/(?![\n\t])\p{Cc}|\p{Cf}/gu) ?? [];

describe('a format', () => {
  it.each(reporterNames)(
    '%s writes no control character of a guest, of 7 bits or of 8',
    async (name: ReporterName) => {
      const { events, report } = hostileRun();
      const text = await renderWith(await formats[name].load(), events, report);
      expect(text).not.toBe('');
      expect(raw(text)).toEqual([]);
    },
  );

  it('terminal adds its own colours only', async () => {
    const { events, report } = hostileRun();
    const text = await renderWith(await formats.terminal.load(), events, report, { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    const colour = /\x1b\[\d+m/g;
    expect(text).toMatch(colour);
    expect(raw(text.replace(colour, ''))).toEqual([]);
  });
});
