import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Client, type ClientOptions, createChat, createClient, sendMessage, signup, type TokenAnswer } from "@lattice-money/client";

/** Somebody new, signed in. */
export async function somebody(options: Partial<ClientOptions> = {}): Promise<Client & { answer: TokenAnswer }> {
  const client = createClient({ baseUrl: inject("url"), ...options });
  const answer = await signup(client, {
    body: { name: "Dana Kim", email: `dana-${randomUUID()}@example.com`, password: "correct horse battery" },
  });
  return { ...client, answer };
}

/** A reply that is being made. */
export async function aReply(client: Client, content = "How much did I spend this month?") {
  const chat = await createChat(client, { body: { title: "Groceries" } });
  const turn = await sendMessage(client, { chatId: chat.id, body: { content }, prefer: "respond-async" });
  if (!turn.aiMessage) throw new Error("the co-pilot stays silent");
  return { chatId: chat.id, messageId: turn.aiMessage.id };
}
