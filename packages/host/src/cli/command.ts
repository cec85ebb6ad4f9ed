import type { Command } from 'commander';

/**
 * What the module of a command exports: adds arguments, options and action to it.
 * @param whole makes the program with all its commands, for those that tell of them
 */
export type DefineCommand = (
  command: Command,
  setExitCode: (code: number) => void,
  whole: () => Promise<Command>,
) => void;
