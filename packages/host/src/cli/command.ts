import type { Command } from 'commander';

/** What the module of a command exports: adds arguments, options and action to it. */
export type DefineCommand = (command: Command, setExitCode: (code: number) => void) => void;
