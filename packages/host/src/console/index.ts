export { ConsoleCapture, type ConsoleListener } from './capture.ts';
export { ConsoleLogin } from './console-login.ts';
export { defaultPrompts, type LoginSetting } from './login.ts';
export { type ConsoleFinding, matchConsoleLine } from './patterns.ts';
