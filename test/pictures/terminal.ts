import { createRequire } from 'node:module';
import { join } from 'node:path';
import { keep, readRecorded, type Studio } from './studio.ts';

/** As wide as the terminal was when the run was recorded. */
const OPTIONS = {
  ...{ cols: 104, rows: 7, scrollback: 0, fontSize: 14, fontFamily: '"DejaVu Sans Mono", monospace' },
  theme: { background: '#101217', foreground: '#d7dae0', cursor: '#101217' },
};
/** Of what the command wrote to it, so much: in the middle of the run. */
const SHARE = 0.86;

/** Ends what is to be shown at once: synchronized output. */
const FRAME_END = '\x1b[?2026l';

/** A terminal with a run of four guests in it: the bytes that the command wrote, drawn by what draws consoles on the page. */
export async function takeTerminal(studio: Studio): Promise<void> {
  const bytes = readRecorded('test.terminal');
  const end = bytes.indexOf(FRAME_END, Math.round(bytes.length * SHARE)) + FRAME_END.length;
  const text = `$ \x1b[1mcoordinator test --guests 4\x1b[0m\r\n${bytes.toString('utf8', 0, end)}`;
  const page = await studio.browser.open('about:blank', { viewport: { width: 1100, height: 600 } });
  const xterm = join(
    createRequire(join(process.cwd(), 'packages/page/package.json')).resolve('@xterm/xterm'),
    '../..',
  );
  await page.setContent('<body style="margin:0"><div id="frame"><div id="terminal"></div></div>');
  await page.addStyleTag({ path: join(xterm, 'css/xterm.css') });
  await page.addStyleTag({
    content:
      '#frame { display: inline-block; padding: 14px 16px; background: #101217 } .xterm-viewport { background: #101217 !important; overflow: hidden !important }',
  });
  await page.addScriptTag({ path: join(xterm, 'lib/xterm.js') });
  // In the page, where there is a document and here is none.
  await page.evaluate(`new Promise((resolve) => {
    const terminal = new Terminal(${JSON.stringify(OPTIONS)});
    terminal.open(document.getElementById('terminal'));
    terminal.write(${JSON.stringify(text)}, () => requestAnimationFrame(resolve));
  })`);
  await keep(page, studio, 'terminal', '#frame');
}
