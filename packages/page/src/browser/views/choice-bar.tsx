import type { PageModel } from '../model/page-model.ts';
import { hrefOfComparison } from '../route.ts';

/** What is chosen of the list, and the way to the comparison; always in sight. */
export function ChoiceBar({ model }: { model: PageModel }) {
  const [before, after] = model.choice.runs;
  return (
    <section class={`choice${before === undefined ? ' empty' : ''}`} aria-label="Comparison">
      <p role="status">
        {before === undefined ? (
          'Choose two runs to see what changed.'
        ) : after === undefined ? (
          <>
            <b class="mono">{before}</b>; choose another run to compare it with.
          </>
        ) : (
          <>
            A <b class="mono">{before}</b>, B <b class="mono">{after}</b>
          </>
        )}
      </p>
      {before !== undefined && after !== undefined && (
        <a class="button" href={hrefOfComparison(before, after)}>
          Compare A with B
        </a>
      )}
      {before !== undefined && (
        <button type="button" onClick={() => model.clearChoice()}>
          Clear
        </button>
      )}
    </section>
  );
}
