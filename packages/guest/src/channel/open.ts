import type { Job } from '@coordinator/shared/plan/job';
import type { Runtime } from '../runtime/runtime.ts';
import { type Channel, ChannelError } from './channel.ts';
import { COMMANDS_FILE, CommandFile } from './command-file.ts';
import { CommandInbox, type CommandListener } from './command-inbox.ts';
import { CHANNEL_FILE, SharedFileChannel } from './shared-file.ts';
import { VsockChannel } from './vsock.ts';

/** VMADDR_CID_HOST, vsock(7). */
const HOST_CID = '2';

export interface OpenOptions {
  readonly runtime: Runtime;
  readonly kit: string;
  readonly results: string;
  readonly job: Job;
  readonly listener: CommandListener;
  /** The channel breaks in a way that no fallback helps with. */
  readonly onBroken: (error: Error) => void;
}

export interface OpenChannel {
  readonly channel: Channel;
  /** Says whether commands are all that is waited for: then they are looked for more often. */
  setIdle(idle: boolean): void;
}

/** Opens the way to the host that the job asks for, and listens for commands on it. @throws FileError */
export function openChannel({ runtime, kit, results, job, listener, onBroken }: OpenOptions): OpenChannel {
  const { files, clock } = runtime;
  const inbox = new CommandInbox(listener);
  const file = new SharedFileChannel(files.openAppend(`${results}/${CHANNEL_FILE}`), clock, onBroken);
  const commands = openCommandFile(`${results}/${COMMANDS_FILE}`, runtime, inbox, onBroken);
  const setIdle = (idle: boolean) => commands?.setIdle(idle);
  const port = job.vsock_port;
  if (port === undefined) {
    inbox.replyTo(file);
    commands?.start();
    return { channel: file, setIdle };
  }
  const command = [`${kit}/vsock-bridge`, 'connect', HOST_CID, String(port)] as const;
  const channel = new VsockChannel({
    open: (handlers) => runtime.pipe({ command, ...handlers }),
    file,
    clock,
    commands: inbox,
    onFallBack: () => commands?.start(),
    onBroken,
  });
  inbox.replyTo(channel);
  return { channel, setIdle };
}

/** Null where the host makes no such file: an older one, or somebody who runs the agent by hand. */
function openCommandFile(
  path: string,
  { files, clock }: Runtime,
  inbox: CommandInbox,
  onBroken: (error: Error) => void,
): CommandFile | null {
  if (files.stat(path)?.kind !== 'file') return null;
  const broken = (error: Error) => onBroken(new ChannelError(`no commands can be read: ${error.message}`));
  return new CommandFile(files.openRead(path), clock, inbox, broken);
}
