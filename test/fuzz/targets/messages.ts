import { checkCommand, checkMessagePack, type HostCommand, parseMessage } from '@coordinator/shared/message';
import { pack } from 'msgpackr';
import { CommandInbox } from '../../../packages/guest/src/channel/command-inbox.ts';
import { holds, same, type Target } from '../target.ts';

const stages = { type: 'stage', stage: 'probe', uptime_ms: 12 };
const hello = {
  type: 'hello',
  protocol: 1,
  kernel: '6.12',
  machine: 'aarch64',
  cpus: 1,
  memory_kb: 1,
  plan: 'x',
};
const run = { type: 'run', round: 1, tests: [] };

/** What the payload of a whole frame is taken for, by the host and by the agent. */
export const messages: Target = {
  name: 'messages',
  maxBytes: 1024,
  words: [
    'type',
    'stage',
    'hello',
    'test',
    'bye',
    'interrupts',
    'artifact',
    'trouble',
    'log',
    'run',
    'abort',
    'reason',
  ],
  seeds: [stages, hello, run, { type: 'bye' }, { type: 'abort', reason: 'x' }, [1, 'a', null, true, 1.5]].map(
    (one) => new Uint8Array(pack(one)),
  ),
  run: (bytes) => {
    const malformed = checkMessagePack(bytes);
    const parsed = parseMessage(bytes);
    if (parsed.ok) {
      holds(malformed === null, 'a message of malformed bytes');
      same(parseMessage(pack(parsed.message)), parsed, 'a message sent again');
    } else holds(parsed.problem.length <= 600, 'a problem of any length');
    const { commands, problems } = taken(bytes);
    same(commands.length + problems.length, 1, 'what became of a command');
    for (const command of commands) same(checkCommand(command), command, 'a command checked again');
  },
};

/** What the agent does with a command. */
function taken(payload: Uint8Array): { commands: readonly HostCommand[]; problems: readonly string[] } {
  const commands: HostCommand[] = [];
  const problems: string[] = [];
  const inbox = new CommandInbox({
    onCommand: (command) => commands.push(command),
    onProblem: (problem) => problems.push(problem),
  });
  inbox.takeAnyway(1, payload);
  return { commands, problems };
}
