/** Ends of a sequence that should have been short: what a guest does not close must not hide what it prints next. */
const MAX_SEQUENCE = 256;

type State = 'text' | 'escape' | 'csi' | 'string' | 'skip';

/** Controls that stay: backspace, tab, line feed, carriage return. */
const KEPT_CONTROLS = '\b\t\n\r';
/** Such that turn the direction of what stands behind them. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * What of a console is handed to terminals: text, and colours (SGR). Titles, clipboards, links, questions that a terminal
 * answers, other screens and moves of the cursor are left out, whatever the guest meant by them. Sequences may be cut
 * anywhere. ECMA-48.
 */
export class ConsoleText {
  #state: State = 'text';
  #sequence = '';

  push(text: string): string {
    let out = '';
    for (const character of text) out += this.#take(character);
    return out;
  }

  #take(character: string): string {
    switch (this.#state) {
      case 'text':
        return this.#takeText(character);
      case 'escape':
        return this.#takeEscape(character);
      case 'csi':
        return this.#takeCsi(character);
      case 'string':
      case 'skip':
        return this.#takeString(character);
    }
  }

  #takeText(character: string): string {
    if (character === '\x1b') {
      this.#enter('escape');
      return '';
    }
    if (character >= ' ' && !isControl(character)) return DIRECTIONS.test(character) ? '' : character;
    return KEPT_CONTROLS.includes(character) ? character : '';
  }

  #takeEscape(character: string): string {
    if (character === '[') this.#enter('csi');
    // OSC, DCS, SOS, PM and APC: all up to their end.
    else if (']PX^_'.includes(character)) this.#enter('string');
    else if (character === '\x1b') this.#enter('escape');
    // Intermediate bytes of a longer sequence: its last one follows.
    else if (character < ' ' || character > '/') {
      this.#enter('text');
      return character < ' ' ? this.#takeText(character) : '';
    }
    return '';
  }

  #takeCsi(character: string): string {
    if (character >= '@' && character <= '~') {
      const parameters = this.#sequence;
      this.#enter('text');
      return character === 'm' && /^[0-9;:]{0,64}$/.test(parameters) ? `\x1b[${parameters}m` : '';
    }
    if (character < ' ' || character > '~' || this.#sequence.length > MAX_SEQUENCE) {
      this.#enter('text');
      return this.#takeText(character);
    }
    this.#sequence += character;
    return '';
  }

  /** Ends with BEL, with ST (ESC \), and at the latest with its line. */
  #takeString(character: string): string {
    if (character === '\n') {
      this.#enter('text');
      return character;
    }
    if (character === '\x07' || character === '\x9c') this.#enter('text');
    else if (character === '\x1b') this.#state = 'skip';
    else if (this.#state === 'skip') {
      // ST, or another sequence that begins: which is looked at as such.
      this.#enter('escape');
      return character === '\\' ? this.#takeEscape('0') : this.#takeEscape(character);
    } else if (this.#sequence.length > MAX_SEQUENCE) this.#enter('text');
    else this.#sequence += '.';
    return '';
  }

  #enter(state: State): void {
    this.#state = state;
    this.#sequence = '';
  }
}

/** DEL and C1. */
function isControl(character: string): boolean {
  return character >= '\x7f' && character <= '\x9f';
}
