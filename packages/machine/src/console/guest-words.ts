/** What stands at the end of a console when it waits for somebody to log in; users may give their own. */
export const defaultPrompts = {
  login: /login: *$/,
  password: /[Pp]assword: *$/,
  shell: /[#$] *$/,
} as const;

/** The guest chooses what it prints and the user the pattern: so much of the one is shown to the other. */
export const PROMPT_CHARACTERS = 256;
/** Kept to find a prompt in: as many kernel messages may be printed over it. */
export const TAIL_CHARACTERS = 4096;

/** Whole messages of the kernel, which go to the console whatever else is being printed there. */
export const KERNEL_MESSAGE = /\[ *\d{1,10}\.\d{6}\](?:\[ *[TC]\d{1,10}\])? [^\n]*\n/g;
/** The beginning of one, whatever it ends with so far. */
export const KERNEL_MESSAGE_BEGUN = /^\[ *\d{1,10}\.\d/;
export const REFUSAL = /login incorrect/i;
/** BusyBox init's askfirst: there is a shell as soon as somebody is. */
export const ASKS_FOR_ENTER = /press enter to activate this console\.? *$/i;
/** A shell that waits for the rest of a command, because a part of it was lost. */
export const CONTINUATION_PROMPT = /^> *$/;

export function lastLine(output: string): string {
  return output.slice(output.lastIndexOf('\n') + 1);
}
