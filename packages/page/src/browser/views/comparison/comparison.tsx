import type { FrameOf } from '../../../protocol/index.ts';
import { hrefOfComparison } from '../../route.ts';
import { formatCount } from '../format.ts';
import { Changes } from './changes.tsx';
import { ComparedRuns } from './compared-runs.tsx';
import { Times } from './times.tsx';

/** What changed from one run to another, as `coordinator report A B` says it. */
export function ComparisonView({ told }: { told: FrameOf<'comparison'> }) {
  const { comparison, conclusion, omitted, before, after } = told;
  return (
    <>
      <h1>What changed</h1>
      <p class={`banner${comparison.worse ? ' bad' : ''}`} role="status">
        {conclusion}
      </p>
      <ComparedRuns runs={comparison.runs} />
      <p class="more">
        <a href={hrefOfComparison(after, before)}>The other way round</a>
      </p>
      <Changes comparison={comparison} />
      <Times times={comparison.times} />
      {omitted > 0 && (
        <p class="banner">{formatCount(omitted)} more lines are not shown: there are too many.</p>
      )}
    </>
  );
}
