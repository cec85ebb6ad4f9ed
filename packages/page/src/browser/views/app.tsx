import type { PageModel } from '../model/page-model.ts';
import { hrefOf } from '../route.ts';
import { ComparisonView } from './comparison/comparison.tsx';
import { Connection } from './connection.tsx';
import { FlakesView } from './flakes.tsx';
import { RunView } from './run-view.tsx';
import { RunsList } from './runs-list.tsx';

export function App({ model }: { model: PageModel }) {
  const { run, route, hello } = model;
  const about = route.compare ? 'comparison' : route.flakes ? 'tests that fail' : null;
  const name = route.run ?? (about === null ? (hello?.live ?? null) : null);
  document.title = titleOf(model, name);
  return (
    <>
      <button type="button" class="skip" onClick={skipToMain}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href={hello?.live ? hrefOf(hello.live) : '#/'}>
          coordinator
        </a>
        {hello?.live === null && name !== null && (
          <nav aria-label="Place">
            <a href="#/">Runs</a>
            <span aria-hidden="true">/</span>
            <span class="mono">{name}</span>
          </nav>
        )}
        {about !== null && (
          <nav aria-label="Place">
            <a href="#/">Runs</a>
            <span aria-hidden="true">/</span>
            <span>{about}</span>
          </nav>
        )}
        <Connection model={model} />
      </header>
      <main id="main" tabIndex={-1}>
        {model.problem !== null && (
          <p class="banner bad" role="alert">
            {model.problem}
          </p>
        )}
        {route.compare ? (
          <Compared model={model} />
        ) : route.flakes ? (
          <Rated model={model} />
        ) : name === null ? (
          <Start model={model} />
        ) : run ? (
          <RunView model={model} run={run} />
        ) : (
          <Wait model={model} />
        )}
      </main>
    </>
  );
}

function Start({ model }: { model: PageModel }) {
  if (model.hello === null) return <Wait model={model} />;
  // A run that serves itself and has not begun is told by the notice; a store has a list.
  if (model.notice !== null) return <p class="banner">{model.notice}</p>;
  return <RunsList model={model} />;
}

function Compared({ model }: { model: PageModel }) {
  if (model.comparison) return <ComparisonView told={model.comparison} />;
  if (model.problem !== null) return null;
  return model.connection.kind === 'open' ? (
    <p class="banner">Reading the two runs…</p>
  ) : (
    <Wait model={model} />
  );
}

function Rated({ model }: { model: PageModel }) {
  if (model.flakes) return <FlakesView told={model.flakes} />;
  if (model.problem !== null) return null;
  return <p class="banner">Reading the runs…</p>;
}

function Wait({ model }: { model: PageModel }) {
  if (model.problem !== null) return null;
  const refused = !model.wasOpen && model.connection.kind === 'waiting';
  return (
    <p class="banner">
      {refused
        ? 'The server does not answer, or asks for a token: open the whole address that it printed, with what stands behind #.'
        : 'Waiting for the run…'}
    </p>
  );
}

function titleOf({ run, route }: PageModel, name: string | null): string {
  if (route.compare) return 'comparison · coordinator';
  if (route.flakes) return 'tests that fail · coordinator';
  if (name === null || !run) return 'coordinator';
  return `${run.end?.outcome ?? run.state} · ${name} · coordinator`;
}

/** By focus alone: what stands behind # is the route. */
function skipToMain(): void {
  document.getElementById('main')?.focus();
}
