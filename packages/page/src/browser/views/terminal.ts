import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';

const SCROLLBACK_LINES = 5000;

/** Sequences that do more than colour text. The server leaves them out as well. */
const OPERATING_SYSTEM_COMMANDS = [
  0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 50, 52, 104, 110, 111, 112, 133, 633, 777, 1337,
];

export interface OpenTerminal {
  write(text: string): void;
  reset(): void;
  dispose(): void;
}

/** A terminal to read in: what is typed goes nowhere, and what is printed changes nothing but its own cells. */
export function openTerminal(element: HTMLElement): OpenTerminal {
  const style = getComputedStyle(element);
  const terminal = new Terminal({
    disableStdin: true,
    convertEol: true,
    scrollback: SCROLLBACK_LINES,
    fontSize: 12,
    fontFamily: style.getPropertyValue('--mono') || 'monospace',
    linkHandler: { activate: () => {} },
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    cursorStyle: 'bar',
    cursorInactiveStyle: 'none',
    theme: {
      background: '#101217',
      foreground: '#d7dae0',
      cursor: '#101217',
      selectionBackground: '#3b5b92',
    },
  });
  for (const number of OPERATING_SYSTEM_COMMANDS) terminal.parser.registerOscHandler(number, () => true);
  // No question is answered and no clipboard written: nobody listens to onData and onBinary.
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  // The field that takes what is typed: there is nothing to type.
  terminal.textarea?.setAttribute('tabindex', '-1');
  const resized = new ResizeObserver(() => fit.fit());
  resized.observe(element);
  return {
    write: (text) => terminal.write(text),
    reset: () => terminal.reset(),
    dispose: () => {
      resized.disconnect();
      terminal.dispose();
    },
  };
}
