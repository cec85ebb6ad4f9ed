export { type ExecOptions, type ExecPlace, type ExecSession, execIn } from './client.ts';
export { ExecHub } from './hub.ts';
export { EXEC_PROTOCOL_VERSION, type ExecExit, type Hello, type TerminalSize } from './protocol.ts';
