/** Linux's signals 1 to 31 (asm-generic: arm64, x86, RISC-V), in order. */
const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** QuickJS has no name for it. */
export const SIGQUIT = 3;

/** "SIGSEGV" for 11; "signal 40" for one without a name. */
export function signalName(signal: number): string {
  const name = SIGNALS[signal - 1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}
