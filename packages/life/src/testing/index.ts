export * from './sample-agent.ts';
export { limits } from './sample-life.ts';
