/**
 * Runs commands in the machine that it is in for the coordinator outside, which speaks protocol.ts on a virtio serial port:
 *
 *     qjs exec-daemon.mjs /dev/vportNpM
 *
 * For QuickJS rather than Node, as it is there a tenth of a second after the port is, in 2 MB.
 */
import {
  decodeOutputCredit,
  decodeSize,
  EXEC_PROTOCOL_VERSION,
  type ExecFrame,
  encodeCredit,
  encodeFrame,
  FrameSplitter,
  FrameType,
  type StartRequest,
} from '../protocol.ts';
import { Command } from './command.ts';
import { os, scriptArgs, std } from './quickjs.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const READ_BYTES = 64 * 1024;
/** signal(7); QuickJS has no name for it. */
const SIGQUIT = 3;

const commands = new Map<number, Command>();
/** The folder that this file lies in: see the image package's kit. */
const kit = (scriptArgs[0] ?? '').replace(/\/[^/]*$/, '');
const port = os.open(scriptArgs[1] ?? '', os.O_RDWR);
if (port < 0) std.exit(2);

/** Blocks while the host does not read: the windows see to it that this ends. */
function send(type: FrameType, session: number, payload?: Uint8Array): void {
  const frame = encodeFrame(type, session, payload);
  for (let at = 0; at < frame.length; ) {
    const written = os.write(port, frame.buffer, at, frame.length - at);
    // The other end is gone, and with it all that asked for the commands.
    if (written <= 0) std.exit(3);
    at += written;
  }
}

const sendJson = (type: FrameType, session: number, value: unknown) =>
  send(type, session, encodeUtf8(JSON.stringify(value)));

function start(session: number, payload: Uint8Array): void {
  const output = { 1: FrameType.stdout, 2: FrameType.stderr } as const;
  try {
    const request = JSON.parse(decodeUtf8(payload)) as StartRequest;
    const command = new Command(kit, request, {
      onOutput: (stream, bytes) => send(output[stream], session, bytes),
      onInputConsumed: (bytes) => send(FrameType.inputCredit, session, encodeCredit(bytes)),
      onExit: (exit) => {
        commands.delete(session);
        sendJson(FrameType.exit, session, exit);
      },
    });
    commands.set(session, command);
  } catch (error) {
    sendJson(FrameType.exit, session, { code: null, signal: null, problem: String(error) });
  }
}

function receive({ type, session, payload }: ExecFrame): void {
  if (type === FrameType.start) {
    start(session, payload);
    return;
  }
  const command = commands.get(session);
  if (!command) return;
  if (type === FrameType.stdin) command.write(payload);
  else if (type === FrameType.stdinEnd) command.endInput();
  else if (type === FrameType.signal) command.signal(payload[0] ?? 0);
  else if (type === FrameType.resize) {
    const size = decodeSize(payload);
    if (size) command.resize(size);
  } else if (type === FrameType.outputCredit) {
    const credit = decodeOutputCredit(payload);
    if (credit) command.addRoom(credit.stream, credit.bytes);
  }
}

// Handled rather than ignored: what is ignored, the commands would ignore too.
os.signal(os.SIGPIPE, () => {});
// A shell's background process has these ignored, and so would the commands.
for (const number of [os.SIGINT, SIGQUIT]) os.signal(number, null);
const splitter = new FrameSplitter();
const buffer = new ArrayBuffer(READ_BYTES);
os.setReadHandler(port, () => {
  const read = os.read(port, buffer, 0, READ_BYTES);
  if (read <= 0) std.exit(3);
  for (const frame of splitter.push(new Uint8Array(buffer, 0, read))) receive(frame);
});

const release = std.open('/proc/sys/kernel/osrelease', 'r');
const kernel = release?.readAsString().trim() ?? '';
release?.close();
sendJson(FrameType.hello, 0, { protocol: EXEC_PROTOCOL_VERSION, kernel });
