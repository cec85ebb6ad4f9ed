import type { PageModel } from '../model/page-model.ts';

/** Whether what is shown is what is. */
export function Connection({ model }: { model: PageModel }) {
  const [state, text] = describe(model);
  return (
    <p class={`connection ${state}`} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </p>
  );
}

function describe({ connection, run, hello }: PageModel): [string, string] {
  switch (connection.kind) {
    case 'connecting':
      return ['pending', 'connecting'];
    case 'over':
      return ['ended', 'run over, server gone'];
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((connection.at - performance.now()) / 1000));
      return ['lost', `disconnected, again in ${seconds} s`];
    }
    case 'open':
      if (hello?.live === undefined) return ['pending', 'connected'];
      return run?.state === 'running' ? ['live', 'live'] : ['open', 'connected'];
  }
}
