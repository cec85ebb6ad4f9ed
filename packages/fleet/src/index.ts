export * from './link/index.ts';
export * from './plan/index.ts';
export * from './wire/index.ts';
