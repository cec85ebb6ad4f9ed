export { ConsoleCapture, type ConsoleListener } from './capture.ts';
export { type ConsoleFinding, matchConsoleLine } from './patterns.ts';
