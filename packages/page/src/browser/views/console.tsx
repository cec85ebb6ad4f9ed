import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageModel } from '../model/page-model.ts';
import { ScrollArea } from './scroll-area.tsx';
import { openTerminal } from './terminal.ts';

/** Characters of the plain text that are shown. */
const MAX_TEXT = 100_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOUR = /\x1b\[[0-9;:]*m/g;

/** What a guest prints: in a terminal, or as text for those who read it with another program, search it or copy it. */
export function Console({ model, guest }: { model: PageModel; guest: string }) {
  const [asText, setAsText] = useState(false);
  const [text, setText] = useState('');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    const terminal = asText || !element ? null : openTerminal(element);
    const stop = model.followConsole(guest, ({ text: more, skipped }) => {
      if (terminal) {
        if (skipped) terminal.reset();
        terminal.write(more);
      } else setText((before) => `${skipped ? '' : before}${more.replace(COLOUR, '')}`.slice(-MAX_TEXT));
    });
    return () => {
      stop();
      terminal?.dispose();
      setText('');
    };
  }, [model, guest, asText]);
  return (
    <div class="console">
      <h3>
        Console{' '}
        <button type="button" aria-pressed={asText} onClick={() => setAsText(!asText)}>
          as text
        </button>
      </h3>
      {asText ? (
        <ScrollArea class="text" label={`Console of ${guest}`}>
          <pre>{text === '' ? 'nothing yet' : text}</pre>
        </ScrollArea>
      ) : (
        <div class="terminal" ref={place} />
      )}
    </div>
  );
}
