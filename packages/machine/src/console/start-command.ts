const COMPLAINT_CHARACTERS = 200;

/**
 * What is typed at a shell to start the agent: one line for any POSIX shell. The words of a failure are put together by
 * printf, so that the shell's echo of the line is not taken for one. The agent switches the guest off; when it could
 * not, this does, once what was said is read.
 * @param mountPoint an absolute path without characters a shell reads as its own.
 */
export function startCommand(mountPoint: string): string {
  const options = 'ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose';
  const mount = `mkdir -p ${mountPoint} && mount -t 9p -o ${options} hostshare ${mountPoint}`;
  const report = (what: string) => `printf '\\ncoordinator: the %s failed with status %d\\n' ${what} $?`;
  return `if ${mount}; then sh ${mountPoint}/start; ${report('agent')}; sleep 1; poweroff -f; else ${report('mount')}; fi`;
}

/** What the line of {@link startCommand} said went wrong, in one sentence; null when it has said nothing. */
export function startFailure(output: string): string | null {
  const failure = /^coordinator: the (mount|agent) failed with status (\d{1,3})$/m.exec(output);
  if (!failure) return null;
  const [, what, status] = failure;
  const before = lastWords(output.slice(0, failure.index));
  const said = before === '' ? '' : `: ${before}`;
  return what === 'mount'
    ? `the share could not be mounted from the console (status ${status})${said}`
    : `the agent that was started from the console ended with status ${status}${said}`;
}

/** The end of the last line that has something in it. */
export function lastWords(output: string): string {
  return (output.trimEnd().split('\n').at(-1) ?? '').slice(-COMPLAINT_CHARACTERS);
}
