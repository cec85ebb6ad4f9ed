import type { RunModel } from '../model/run-model.ts';
import { formatDuration, formatTime } from './format.ts';
import { OutcomePill } from './outcome.tsx';

export function RunHead({ run, notice }: { run: RunModel; notice: string | null }) {
  const { start, end } = run;
  if (!start) return <p class="banner">{notice ?? 'Waiting for the run…'}</p>;
  const outcome = end?.outcome ?? (run.state === 'ended' ? 'error' : run.state);
  return (
    <section class="head" aria-labelledby="run">
      <h1 id="run">
        <span role="status">
          <OutcomePill outcome={outcome} />
        </span>{' '}
        <span class="mono">{run.run}</span>
      </h1>
      <dl class="facts">
        <Fact name="time" value={formatDuration(run.now)} />
        <Fact name="started" value={formatTime(start.started)} />
        <Fact name="platform" value={start.platform} />
        <Fact name="VMM" value={`${start.vmm} ${start.vmm_version ?? ''}`} />
        <Fact name="plan" value={start.plan} />
        <Fact name="channel" value={start.channel} />
        <Fact name="start" value={start.start} />
        {start.seed !== undefined && <Fact name="seed" value={String(start.seed)} />}
      </dl>
      <p class="command">
        <code>{start.command.join(' ')}</code>
      </p>
      {end?.reason && <p class="banner bad">{end.reason}</p>}
      {run.state === 'abandoned' && (
        <p class="banner bad">
          The coordinator of this run is gone. <code>coordinator restore</code> ends its guests and completes
          its report.
        </p>
      )}
      {run.omitted > 0 && (
        <p class="banner">
          {run.omitted} tests that passed are not shown: this run has more than a page can hold.
        </p>
      )}
    </section>
  );
}

export function Fact({ name, value }: { name: string; value: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
