import { inject, test } from "vitest";
import { smoke } from "../smoke.js";
import { createClient } from "./generated/client/index.js";
import * as sdk from "./generated/sdk.gen.js";

/** The data of an answer; a refusal is a failure of the test. */
function data<Data>(result: { data?: Data; error?: object | undefined }): Data {
  if (result.data === undefined) throw new Error("refused", { cause: result.error });
  return result.data;
}

test("the client that @hey-api/openapi-ts writes passes the smoke test", async () => {
  let token = "";
  const client = createClient({ baseUrl: inject("url"), auth: () => token });
  await smoke({
    signUp: async (email) => {
      const answer = data(await sdk.signup({ client, body: { name: "Dana Kim", email, password: "correct horse battery" } }));
      token = answer.access_token;
      return answer.user;
    },
    whoAmI: async () => data(await sdk.getSession({ client })).user,
    createChat: async (title) => data(await sdk.createChat({ client, body: { title } })),
    ask: async (chatId, content) =>
      data(await sdk.sendMessage({ client, path: { chatId }, body: { content }, headers: { Prefer: "respond-async" } })).aiMessage!.id,
    watch: async function* (chatId, messageId, after) {
      const { stream } = await sdk.streamReply({
        client,
        path: { chatId, messageId },
        query: after === undefined ? {} : { after },
        sseMaxRetryAttempts: 1,
      });
      yield* stream;
    },
    firstHint: async () => {
      const { stream } = await sdk.streamEvents({ client, query: { wait: 0 }, sseMaxRetryAttempts: 1 });
      for await (const event of stream) return event;
      throw new Error("no hint came");
    },
    rename: async (chatId, title) => data(await sdk.updateChat({ client, path: { chatId }, body: { title } })),
    content: async (chatId, messageId) => data(await sdk.getMessage({ client, path: { chatId, messageId } })).content,
    codeOfMissingChat: async (chatId) => (await sdk.getChat({ client, path: { chatId } })).error?.code,
  });
});
