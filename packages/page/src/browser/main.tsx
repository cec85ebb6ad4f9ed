import { render } from 'preact';
import '@xterm/xterm/css/xterm.css';
import 'uplot/dist/uPlot.min.css';
import './style/page.css';
import { PageModel } from './model/page-model.ts';
import { takeToken } from './token.ts';
import { App } from './views/app.tsx';

const place = document.getElementById('page');
if (place) {
  const model = new PageModel(takeToken());
  const draw = () => render(<App model={model} />, place);
  model.onChange = draw;
  place.replaceChildren();
  draw();
  // Times that go on.
  setInterval(() => {
    if (model.run?.state === 'running' || model.connection.kind === 'waiting') draw();
  }, 1000);
}
