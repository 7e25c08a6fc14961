export { type Client, type ClientOptions, type ClientRequest, createClient } from "./client.js";
export * from "./generated/operations.js";
export type * from "./generated/schema.js";
export { exponentOf, formatMoney, type MoneyFormat, parseMoney, toDecimal } from "./money.js";
export type { Answer, CallOptions, Data, Input, Operation, OperationId } from "./operation.js";
export type { Page } from "./page.js";
export { type Item, items, type ListId, pages } from "./pages.js";
export {
  ConnectionError,
  isLatticeError,
  isProblem,
  type LatticeError,
  type ProblemError,
  type ProblemErrorOf,
  type ProblemOf,
  UnexpectedAnswerError,
} from "./problems.js";
export type {
  HintStreamEvent,
  ReplyStreamEvent,
  StreamEvent,
  StreamId,
  StreamInput,
  StreamOperation,
  StreamOptions,
  StreamState,
} from "./stream.js";
export { bearer, memoryTokens, storedTokens, type TextStorage, type Tokens, type TokenStore } from "./tokens.js";
