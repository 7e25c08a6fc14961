import { expect } from "vitest";

/** What the smoke test needs of a client: the few calls of a first visit, each with the types of that client. */
export interface Visitor {
  signUp(email: string): Promise<{ email: string }>;
  whoAmI(): Promise<{ email: string }>;
  createChat(title: string): Promise<{ id: string }>;
  /** Asks without waiting; answers the id of the reply. */
  ask(chatId: string, content: string): Promise<string>;
  /** The events of a reply after a number. */
  watch(chatId: string, messageId: string, after?: number): AsyncIterable<{ type: string; text?: string }>;
  /** The first hint. */
  firstHint(): Promise<{ type: string }>;
  rename(chatId: string, title: string): Promise<{ title: string }>;
  content(chatId: string, messageId: string): Promise<string>;
  /** The code of the problem that reading a chat that is not there is. */
  codeOfMissingChat(chatId: string): Promise<string | undefined>;
}

/** Walks through a service as a new user would, streams included. */
export async function smoke(visitor: Visitor): Promise<void> {
  const email = `dana-${crypto.randomUUID()}@example.com`;
  expect((await visitor.signUp(email)).email).toBe(email);
  expect((await visitor.whoAmI()).email).toBe(email);
  const chat = await visitor.createChat("Groceries");
  expect((await visitor.rename(chat.id, "Food")).title).toBe("Food");

  const messageId = await visitor.ask(chat.id, "How much did I spend this month?");
  const types: string[] = [];
  let text = "";
  for await (const event of visitor.watch(chat.id, messageId)) {
    types.push(event.type);
    if (event.type === "reply.delta") text += event.text;
  }
  expect(types.at(0)).toBe("reply.started");
  expect(types.at(-1)).toBe("reply.completed");
  expect(text).toBe(await visitor.content(chat.id, messageId));

  const rest: string[] = [];
  for await (const event of visitor.watch(chat.id, messageId, 1)) rest.push(event.type);
  expect(rest).toEqual(types.slice(1));

  expect((await visitor.firstHint()).type).toBe("stream.resync");
  expect(await visitor.codeOfMissingChat(messageId)).toBe("not_found");
}
