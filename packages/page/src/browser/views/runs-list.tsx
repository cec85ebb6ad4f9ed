import type { RunSummary } from '../../protocol/index.ts';
import type { PageModel } from '../model/page-model.ts';
import { FLAKES, hrefOf } from '../route.ts';
import { ChoiceBar } from './choice-bar.tsx';
import { formatDuration, formatTime } from './format.ts';
import { OutcomePill } from './outcome.tsx';
import { numbers, Table } from './table.tsx';

export function RunsList({ model }: { model: PageModel }) {
  const { runs } = model;
  if (runs === null) return <p class="banner">Reading the runs…</p>;
  if (runs.total === 0)
    return (
      <p class="banner">
        No run is kept here. Start one with <code>coordinator test --guests 2</code>; it shows up by itself.
      </p>
    );
  return (
    <>
      <h1>Runs</h1>
      <p>
        <a href={FLAKES}>Which tests fail now and then</a>
      </p>
      <Table
        label="Runs"
        class="runs"
        headings={[
          { name: 'compare', as: 'unseen' },
          'outcome',
          'run',
          'started',
          ...numbers('duration', 'guests', 'rounds'),
          'command',
        ]}
      >
        {runs.list.map((one) => (
          <Row key={one.run} one={one} model={model} />
        ))}
      </Table>
      <p class="more">
        {runs.list.length} of {runs.total} runs{' '}
        {runs.more && (
          <button type="button" onClick={() => model.askForMore()}>
            Show older runs
          </button>
        )}
      </p>
      <ChoiceBar model={model} />
    </>
  );
}

function Row({ one, model }: { one: RunSummary; model: PageModel }) {
  return (
    <tr class={model.choice.has(one.run) ? 'chosen' : undefined}>
      <td class="choose">
        <label>
          <input
            type="checkbox"
            checked={model.choice.has(one.run)}
            // What goes on changes as it is looked at.
            disabled={one.state === 'running'}
            onChange={() => model.choose(one.run)}
          />
          <span class="unseen">compare {one.run}</span>
        </label>
      </td>
      <td>
        <OutcomePill outcome={one.outcome ?? one.state} />
      </td>
      <td>
        <a class="mono" href={hrefOf(one.run)}>
          {one.run}
        </a>
      </td>
      <td class="quiet">{one.started === null ? '' : formatTime(one.started)}</td>
      <td class="number">{one.duration_ms === null ? '' : formatDuration(one.duration_ms)}</td>
      <td class="number">{one.guests}</td>
      <td class="number">{one.rounds}</td>
      <td class="command">
        <code>{one.command}</code>
      </td>
    </tr>
  );
}
