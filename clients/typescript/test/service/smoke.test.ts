import { inject, test } from "vitest";
import * as lattice from "@lattice-money/client";
import { smoke } from "../smoke.js";

test("this client passes the smoke test", async () => {
  const client = lattice.createClient({ baseUrl: inject("url") });
  await smoke({
    signUp: async (email) =>
      (await lattice.signup(client, { body: { name: "Dana Kim", email, password: "correct horse battery" } })).user,
    whoAmI: async () => (await lattice.getSession(client)).user,
    createChat: (title) => lattice.createChat(client, { body: { title } }),
    ask: async (chatId, content) =>
      (await lattice.sendMessage(client, { chatId, body: { content }, prefer: "respond-async" })).aiMessage!.id,
    watch: (chatId, messageId, after = 0) => lattice.streamReply(client, { chatId, messageId, after }),
    firstHint: async () => (await lattice.streamEvents(client, { wait: 0 }).next()).value!,
    rename: (chatId, title) => lattice.updateChat(client, { chatId, body: { title } }),
    content: async (chatId, messageId) => (await lattice.getMessage(client, { chatId, messageId })).content,
    codeOfMissingChat: (chatId) =>
      lattice.getChat(client, { chatId }).then(
        () => "found",
        (error: Error) => (lattice.isProblem(error) ? error.code : error.message),
      ),
  });
});
