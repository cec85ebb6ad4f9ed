export { ConsoleCapture, type ConsoleListener, MAX_CONSOLE_BYTES } from './capture.ts';
export { ConsoleLogin, type LoginTime } from './console-login.ts';
export { type Crash, CrashWatch } from './crash.ts';
export { defaultPrompts } from './guest-words.ts';
export { LineSplitter } from './line-splitter.ts';
export type { LoginSetting } from './login.ts';
export { type ConsoleFinding, isIommuFault, matchConsoleLine } from './patterns.ts';
export { TextTail } from './text-tail.ts';
