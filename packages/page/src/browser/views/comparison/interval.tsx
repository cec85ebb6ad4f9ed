import type { TimeChange } from '@coordinator/history/comparison';

const WIDTH = 120;
const HEIGHT = 14;
/** What is slower tenfold is as far to the side as anything goes. */
const MOST = Math.log(10);

/** Of a time in B, how much of that in A it is, as a logarithm: twice and half are as far from the middle. */
function shareOf(difference: number, { medians: [before] }: TimeChange): number {
  return Math.log(Math.max(0.1, 1 + difference / Math.max(before, Number.EPSILON)));
}

/** How far to both sides drawings have to go, so that those of all rows can be compared. */
export function reachOf(times: readonly TimeChange[]): number {
  const ends = times.flatMap((change) =>
    (change.interval ?? []).map((end) => Math.abs(shareOf(end, change))),
  );
  return Math.min(MOST, Math.max(Math.log(1.1), ...ends));
}

/** Where the difference lies, with 95%; the line in the middle is none. The numbers stand beside it. */
export function Interval({ change, reach }: { change: TimeChange; reach: number }) {
  if (change.interval === null) return null;
  const place = (difference: number) => {
    const share = Math.max(-1, Math.min(1, shareOf(difference, change) / reach));
    return (WIDTH * (1 + share * 0.96)) / 2;
  };
  const [low, high] = [place(change.interval[0]), place(change.interval[1])];
  const kind = !change.significant ? 'same' : change.difference > 0 ? 'slower' : 'faster';
  return (
    <svg
      class={`interval ${kind}`}
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
    >
      <line class="none" x1={WIDTH / 2} x2={WIDTH / 2} y1="0" y2={HEIGHT} />
      <line class="span" x1={low} x2={Math.max(high, low + 1)} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <circle cx={place(change.difference)} cy={HEIGHT / 2} r="3.5" />
    </svg>
  );
}
