import { expect, expectTypeOf, inject, onTestFinished, test, vi } from "vitest";
import {
  createChat,
  createClient,
  createExpense,
  createGroup,
  getChat,
  getHealth,
  getSession,
  isProblem,
  items,
  listChats,
  listMessages,
  listMerchants,
  login,
  logout,
  memoryTokens,
  pages,
  type ProblemError,
  sendMessage,
  storedTokens,
  type Turn,
  updateChat,
  updateSettings,
} from "@lattice-money/client";
import { somebody } from "./people.js";

async function refused(promise: Promise<object | undefined>): Promise<ProblemError> {
  const caught = await promise.then(
    () => null,
    (error: Error) => error,
  );
  if (!isProblem(caught)) throw new Error("it was not refused", { cause: caught });
  return caught;
}

test("whoever signs up is signed in, and nobody after logging out", async () => {
  const dana = await somebody();
  expect((await getSession(dana)).user.email).toBe(dana.answer.user.email);
  await logout(dana);
  expect(await dana.tokens.get()).toBeNull();
  expect((await refused(getSession(dana))).code).toBe("unauthorized");
});

test("who is not signed in reads what is open to all", async () => {
  const nobody = createClient({ baseUrl: `${inject("url")}/` });
  expect((await getHealth(nobody)).status).toBe("ok");
  expect((await listMerchants(nobody, { limit: 1 })).items).toHaveLength(1);
});

test("signing in again opens a second session", async () => {
  const dana = await somebody();
  const second = createClient({ baseUrl: inject("url") });
  const { user } = await login(second, { body: { email: dana.answer.user.email, password: "correct horse battery" } });
  expect(user.id).toBe(dana.answer.user.id);
  expect((await getSession(second)).session.id).not.toBe((await getSession(dana)).session.id);
});

test("refusals narrow by their code", async () => {
  const dana = await somebody();
  const missing = await refused(getChat(dana, { chatId: dana.answer.user.id }));
  expect(missing).toMatchObject({ name: "ProblemError", code: "not_found", status: 404, message: missing.problem.detail });

  const invalid = await refused(createChat(dana, { body: { title: "" } }));
  if (invalid.code !== "invalid_request") throw invalid;
  expect(invalid.problem.errors?.map((error) => error.pointer)).toContain("/title");

  const group = await createGroup(dana, { body: { name: "Weekend", members: [] } });
  const [member] = group.members;
  const mismatch = await refused(
    createExpense(dana, {
      groupId: group.id,
      body: {
        description: "Dinner",
        total: { amount: 9000, currency: "USD" },
        method: "percentages",
        paidBy: [{ userId: member!.userId!, amount: { amount: 9000, currency: "USD" } }],
        shares: [{ userId: member!.userId!, percent: 97 }],
      },
    }),
  );
  if (mismatch.code !== "split_mismatch") throw mismatch;
  expect(mismatch.problem.difference).toBe(3);
  expectTypeOf(mismatch.problem.sum).toEqualTypeOf<number | undefined>();
});

test("a wrong password is told, and spends no refresh token", async () => {
  const dana = await somebody();
  const held = await dana.tokens.get();
  const error = await refused(login(dana, { body: { email: dana.answer.user.email, password: "wrong horse battery" } }));
  expect(error.code).toBe("invalid_credentials");
  expect(await dana.tokens.get()).toEqual(held);
});

test("versions are compared by ETag", async () => {
  const dana = await somebody();
  const chat = await createChat(dana, { body: { title: "Groceries" } });
  const first = await getChat.answer(dana, { chatId: chat.id });
  if (first.status !== 200) throw new Error("nothing to compare with yet");
  const same = await getChat.answer(dana, { chatId: chat.id, ifNoneMatch: first.etag });
  expect(same).toMatchObject({ status: 304, data: undefined, etag: first.etag });
  await updateChat(dana, { chatId: chat.id, body: { title: "Food" }, ifMatch: first.etag });
  const late = await refused(updateChat(dana, { chatId: chat.id, body: { title: "Late" }, ifMatch: first.etag }));
  expect(late.code).toBe("precondition_failed");
});

test("a reply that is waited for, and one that is not", async () => {
  const dana = await somebody();
  const chat = await createChat(dana, { body: { title: "Groceries" } });
  const waited = await sendMessage.answer(dana, { chatId: chat.id, body: { content: "Which card for $86 at Costco?" } });
  expect(waited.status).toBe(201);
  expect(waited.data.aiMessage?.status).toBe("completed");
  const later = await sendMessage.answer(dana, { chatId: chat.id, body: { content: "And $40 of gas?" }, prefer: "respond-async" });
  if (later.status !== 202) throw new Error("it was waited for");
  expect(later.location).toContain(later.data.aiMessage?.id);
});

test("the same key does a thing once", async () => {
  const dana = await somebody();
  const create = () => createChat.answer(dana, { body: { title: "Once" }, idempotencyKey: "once-is-enough" });
  const [first, second] = [await create(), await create()];
  expect(second.data.id).toBe(first.data.id);
  expect([first.replayed, second.replayed]).toEqual([false, true]);
  const other = await refused(createChat(dana, { body: { title: "Twice" }, idempotencyKey: "once-is-enough" }));
  expect(other.code).toBe("idempotency_key_reused");
});

test("an answer lost on the way is asked for again, and the thing is done once", async () => {
  let lost = 0;
  const dana = await somebody({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith("/messages") && lost === 0) {
        lost++;
        await response.arrayBuffer();
        throw new TypeError("fetch failed");
      }
      return response;
    },
  });
  const chat = await createChat(dana, { body: { title: "Lost" } });
  const answer = await sendMessage.answer(dana, { chatId: chat.id, body: { content: "How much did I spend?" } });
  expect({ lost, replayed: answer.replayed }).toEqual({ lost: 1, replayed: true });
  const said = (await listMessages(dana, { chatId: chat.id })).items.filter((message) => message.senderType === "user");
  expect(said.map((message) => message.id)).toEqual([answer.data.userMessage.id]);
});

test("lists are read page by page, to the end and no further than wanted", async () => {
  let requests = 0;
  const dana = await somebody({
    fetch: (input, init) => {
      if (init?.method === "GET") requests++;
      return fetch(input, init);
    },
  });
  for (let i = 0; i < 5; i++) await createChat(dana, { body: { title: `Trip ${i}` } });
  const titles: string[] = [];
  for await (const chat of items(dana, listChats, { q: "Trip", limit: 2 })) titles.push(chat.title);
  expect(titles).toEqual(["Trip 4", "Trip 3", "Trip 2", "Trip 1", "Trip 0"]);
  expect(requests).toBe(3);
  for await (const page of pages(dana, listChats, { limit: 2 })) {
    expect(page.items).toHaveLength(2);
    break;
  }
  expect(requests).toBe(4);
  const chat = await createChat(dana, { body: { title: "Empty" } });
  for await (const message of items(dana, listMessages, { chatId: chat.id })) expect.fail(message.content);
});

test("a call that is given up rejects with the reason, before it was sent and after", async () => {
  const dana = await somebody();
  const chat = await createChat(dana, { body: { title: "Groceries" } });
  const reason = new Error("left the page");
  await expect(getSession(dana, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const leaving = new AbortController();
  const slow = createClient({
    baseUrl: inject("url"),
    tokens: dana.tokens,
    fetch: (input, init) => {
      queueMicrotask(() => leaving.abort(reason));
      return fetch(input, init);
    },
  });
  const sending = sendMessage(slow, { chatId: chat.id, body: { content: "How much did I spend?" } }, { signal: leaving.signal });
  await expect(sending).rejects.toBe(reason);
  expectTypeOf(sending).resolves.toEqualTypeOf<Turn>();
});

test("a preference is changed one at a time", async () => {
  const dana = await somebody();
  const changed = await updateSettings(dana, { body: { preferences: { display: { theme: "dark" } } } });
  expect(changed.preferences.display.theme).toBe("dark");
  expect(changed.preferences.notifications.email).toBe(true);
});

/** Counts the calls of refreshToken, each held back until every caller has been refused. */
function countRefreshes() {
  const counted = { refreshes: 0, refused: 0 };
  const counting: typeof fetch = async (input, init) => {
    if (String(input).endsWith("/api/auth/refresh")) counted.refreshes++;
    const response = await fetch(input, init);
    if (response.status === 401) counted.refused++;
    return response;
  };
  return { counted, counting };
}

test("parallel calls with a stale token share one refresh", async () => {
  const { counted, counting } = countRefreshes();
  const dana = await somebody({ fetch: counting });
  const held = (await dana.tokens.get())!;
  await dana.tokens.set({ ...held, accessToken: `${held.accessToken}stale` });
  const answers = await Promise.all(Array.from({ length: 12 }, () => getSession(dana)));
  expect(answers.every((answer) => answer.user.id === dana.answer.user.id)).toBe(true);
  expect(counted.refreshes).toBe(1);
  expect(counted.refused).toBeGreaterThan(0);
  expect((await dana.tokens.get())?.refreshToken).not.toBe(held.refreshToken);
});

test("a token that is about to expire is renewed before it is used", async () => {
  const { counted, counting } = countRefreshes();
  const dana = await somebody({ fetch: counting });
  const held = (await dana.tokens.get())!;
  await dana.tokens.set({ ...held, expiresAt: Date.now() + 1000 });
  await Promise.all([getSession(dana), listChats(dana)]);
  expect(counted).toEqual({ refreshes: 1, refused: 0 });
});

test("tabs that share a storage share the refresh", async () => {
  vi.stubGlobal("navigator", { locks: locks() });
  onTestFinished(() => void vi.unstubAllGlobals());
  const { counted, counting } = countRefreshes();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const first = await somebody({ tokens: storedTokens(storage), fetch: counting });
  const second = createClient({ baseUrl: inject("url"), tokens: storedTokens(storage), fetch: counting });
  const held = (await first.tokens.get())!;
  await first.tokens.set({ ...held, accessToken: "stale" });
  const answers = await Promise.all([getSession(first), getSession(second), listChats(second)]);
  expect(answers[1].user.id).toBe(first.answer.user.id);
  expect(counted.refreshes).toBe(1);
});

test("a refresh whose answer was lost on the way is asked for again, and nobody is signed out", async () => {
  let lost = 0;
  const dana = await somebody({
    onSignedOut: () => expect.fail("signed out"),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith("/api/auth/refresh") && lost < 2) {
        lost++;
        await response.arrayBuffer();
        throw new TypeError("fetch failed");
      }
      return response;
    },
  });
  for (const refreshes of [3, 4]) {
    await dana.tokens.set({ ...(await dana.tokens.get())!, expiresAt: 0 });
    expect((await getSession(dana)).user.id).toBe(dana.answer.user.id);
    expect(lost, `after ${refreshes} refreshes`).toBe(2);
  }
});

/** The browser's locks as far as they are used: one holder of a name at a time, in order. */
function locks() {
  const queues = new Map<string, Promise<string | null>>();
  return {
    request: (name: string, callback: () => Promise<string | null>) => {
      const before = queues.get(name) ?? Promise.resolve(null);
      const mine = before.catch(() => null).then(callback);
      queues.set(name, mine);
      return mine;
    },
  };
}

test("a session that is over is told once, and forgotten", async () => {
  let signedOut = 0;
  const dana = await somebody({ onSignedOut: () => signedOut++ });
  const copy = createClient({ baseUrl: inject("url"), tokens: memoryTokens(await dana.tokens.get()) });
  await logout(copy);
  const errors = await Promise.all([refused(getSession(dana)), refused(listChats(dana))]);
  expect(errors.map((error) => error.code)).toEqual(["unauthorized", "unauthorized"]);
  expect(signedOut).toBe(1);
  expect(await dana.tokens.get()).toBeNull();
});
