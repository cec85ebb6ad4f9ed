export { checkMessagePack } from './check.ts';
export { checkCommand, type HostCommand } from './command.ts';
export { type ParsedMessage, parseMessage } from './parse.ts';
export {
  type AgentStage,
  agentStages,
  messageLimits,
  PROTOCOL_VERSION,
  type TestOutcome,
  testOutcomes,
} from './protocol.ts';
export { type AgentMessage, messageSchema } from './schema.ts';
