export { checkMessagePack } from './check.ts';
export { type ParsedMessage, parseMessage } from './parse.ts';
export {
  type AgentMessage,
  type AgentStage,
  agentStages,
  messageSchema,
  PROTOCOL_VERSION,
  type TestOutcome,
  testOutcomes,
} from './schema.ts';
