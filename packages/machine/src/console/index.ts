export { ConsoleCapture, type ConsoleListener, MAX_CONSOLE_BYTES } from './capture.ts';
export { ConsoleLogin } from './console-login.ts';
export { type Crash, CrashWatch } from './crash.ts';
export { LineSplitter } from './line-splitter.ts';
export { defaultPrompts, type LoginSetting } from './login.ts';
export { type ConsoleFinding, isIommuFault, matchConsoleLine } from './patterns.ts';
export { TextTail } from './text-tail.ts';
