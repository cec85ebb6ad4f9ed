import type { FrameOf } from '../../protocol/index.ts';
import { hrefOf } from '../route.ts';
import { numbers, Table } from './table.tsx';

type Told = FrameOf<'flakes'>;
type Rate = Told['failing'][number];

const WIDTH = 120;
const HEIGHT = 14;

/** How often tests failed in the last runs, the one that fails most often first. */
export function FlakesView({ told }: { told: Told }) {
  const { runs, failing, steady, omitted } = told;
  if (runs === 0) return <p class="banner">No finished run is kept here.</p>;
  return (
    <>
      <h1>Tests that fail</h1>
      <p>
        In the last {runs} finished runs.{' '}
        {`${steady} ${failing.length === 0 ? '' : 'other '}${steady === 1 ? 'test' : 'tests'} never failed.`}
      </p>
      {failing.length > 0 && (
        <Table
          label="Tests that fail"
          class="changes flakes"
          headings={[
            'test',
            ...numbers('runs', 'guests', 'failed', 'rate', '95%', 'flips'),
            'last failed in',
          ]}
        >
          {failing.map((rate) => (
            <Row key={rate.test} rate={rate} />
          ))}
        </Table>
      )}
      {omitted > 0 && <p class="more">{omitted} more that fail less often are not shown.</p>}
      <p class="quiet">
        A flip is a change from a run without a failure to one with it, or back: a test that broke once has
        one, one that flakes has many. “guest” is a guest that panicked, hung or was lost.
      </p>
    </>
  );
}

function Row({
  rate: { test, runs, guests, failed, rate, low, high, flips, last_failed: last },
}: {
  rate: Rate;
}) {
  return (
    <tr>
      <th scope="row">{test}</th>
      <td class="number">{runs}</td>
      <td class="number">{guests}</td>
      <td class="number">{failed}</td>
      <td class="number">{percent(rate)}</td>
      <td class="number nowrap">
        <Share rate={rate} low={low} high={high} />
        {percent(low)} – {percent(high)}
      </td>
      <td class="number">{flips}</td>
      <td>
        {last !== null && (
          <a class="mono" href={hrefOf(last)}>
            {last}
          </a>
        )}
      </td>
    </tr>
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Where the true share lies, from none at the left to all at the right; the numbers stand beside it. */
function Share({ rate, low, high }: Pick<Rate, 'rate' | 'low' | 'high'>) {
  const [from, to, at] = [low, high, rate].map((share) => 4 + (WIDTH - 8) * share);
  const [top, middle] = [0, HEIGHT / 2];
  return (
    <svg
      class="interval slower"
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
    >
      <line class="none" x1="4" x2="4" y1={top} y2={HEIGHT} />
      <line class="span" x1={from} x2={Math.max(to ?? 0, (from ?? 0) + 1)} y1={middle} y2={middle} />
      <circle cx={at} cy={middle} r="3.5" />
    </svg>
  );
}
