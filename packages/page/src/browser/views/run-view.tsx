import type { PageModel } from '../model/page-model.ts';
import type { RunModel } from '../model/run-model.ts';
import { Charts } from './charts.tsx';
import { Failures } from './failures.tsx';
import { GuestCard } from './guest-card.tsx';
import { GuestDetail } from './guest-detail.tsx';
import { RunHead } from './run-head.tsx';
import { RunLog } from './run-log.tsx';
import { StressFigures } from './stress-figures.tsx';

export function RunView({ model, run }: { model: PageModel; run: RunModel }) {
  const guests = run.guests.all;
  const { guest } = model.route;
  const chosen = guest === null ? undefined : guests.find(({ id, slot }) => id === guest || slot === guest);
  return (
    <>
      <RunHead run={run} notice={model.notice} />
      {run.progress && <StressFigures stress={run.progress.stress} over={run.end !== null} />}
      <section aria-labelledby="guests">
        <h2 id="guests">Guests</h2>
        <ul class="cards">
          {guests.map((one) => (
            <GuestCard key={one.slot} run={run} guest={one} chosen={one === chosen} />
          ))}
        </ul>
      </section>
      {guest !== null && (
        <GuestDetail key={`${run.run} ${guest}`} model={model} run={run} id={chosen?.id ?? guest} />
      )}
      <Failures run={run} />
      <Charts run={run} />
      <RunLog run={run} />
    </>
  );
}
