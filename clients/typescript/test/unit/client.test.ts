import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  bearer,
  ConnectionError,
  createChat,
  createClient,
  getSession,
  isLatticeError,
  isProblem,
  listTransactions,
  memoryTokens,
  removeCard,
  type Tokens,
  storedTokens,
  UnexpectedAnswerError,
  updateChat,
} from "@lattice-money/client";
import { events, json, refusal, script } from "./server.js";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const tokens: Tokens = { accessToken: "a1", refreshToken: "r1", expiresAt: 900_000 };
const renewed = { access_token: "a2", token_type: "Bearer", expires_in: 900, refresh_token: "r2", user: {} };
const offline = () => new TypeError("fetch failed");

function clientOf(server: ReturnType<typeof script>, held: Tokens | null = tokens) {
  return createClient({ baseUrl: "https://lattice.test", tokens: memoryTokens(held), fetch: server.fetching });
}

/** Lets every timer run while the call does. */
async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: Error }> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );
  await vi.runAllTimersAsync();
  return settled;
}

test("paths, queries, headers and bodies go where the contract says", async () => {
  const server = script(json({ items: [], nextCursor: null }), json({}));
  const client = clientOf(server);
  await listTransactions(client, { merchantId: 19, from: "2026-01-01T00:00:00Z", limit: 5 });
  await updateChat(client, { chatId: "a/b", body: { title: "?" }, ifMatch: '"3"' });
  expect(server.asked.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
    { method: "GET", url: "https://lattice.test/api/transactions?merchantId=19&from=2026-01-01T00%3A00%3A00Z&limit=5", body: null },
    { method: "PATCH", url: "https://lattice.test/api/chats/a%2Fb", body: '{"title":"?"}' },
  ]);
  expect(server.asked[1]?.headers.get("if-match")).toBe('"3"');
  expect(server.asked[1]?.headers.get("content-type")).toBe("application/json");
  expect(server.asked[1]?.headers.get("authorization")).toBe("Bearer a1");
  expect(server.asked[1]?.headers.get("idempotency-key")).toBeNull();
});

test("a thing that is created is asked for again with the same key, a little later each time", async () => {
  const server = script(offline(), refusal(409, "request_in_progress"), json({ id: "1" }, 201));
  expect(await settle(createChat(clientOf(server), { body: { title: "Food" } }))).toEqual({ value: { id: "1" } });
  const keys = server.asked.map((request) => request.headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
  const [first, second, third] = server.asked.map((request) => request.at);
  expect(second! - first!).toBeGreaterThanOrEqual(250);
  expect(third! - second!).toBeGreaterThanOrEqual(500);
});

test("two calls have two keys", async () => {
  const server = script(json({}, 201), json({}, 201));
  const client = clientOf(server);
  await createChat(client, { body: { title: "Food" } });
  await createChat(client, { body: { title: "Food" } });
  const keys = server.asked.map((request) => request.headers.get("idempotency-key"));
  expect(new Set(keys).size).toBe(2);
});

test("what may have happened and cannot be repeated is told", async () => {
  for (const call of [
    () => removeCard(clientOf(script(offline())), { cardId: "1" }),
    () => updateChat(clientOf(script(offline())), { chatId: "1", body: {} }),
    () => createChat(clientOf(script(offline()), null), { body: { title: "Food" } }), // nobody's keys are kept
  ]) {
    const outcome = await settle<object | undefined>(call());
    expect(outcome).toMatchObject({ error: { name: "ConnectionError" } });
  }
});

test("tries are counted", async () => {
  const server = script(offline(), offline(), offline());
  const outcome = await settle(getSession(clientOf(server)));
  expect("error" in outcome && outcome.error).toBeInstanceOf(ConnectionError);
  expect(server.asked).toHaveLength(3);
});

test("a limit is waited for where it is short, and told where it is long", async () => {
  const short = script(refusal(429, "rate_limited", { "retry-after": "2" }), json({}));
  expect(await settle(getSession(clientOf(short)))).toEqual({ value: {} });
  expect(short.asked[1]!.at - short.asked[0]!.at).toBeGreaterThanOrEqual(2000);

  const long = await settle(getSession(clientOf(script(refusal(429, "rate_limited", { "retry-after": "60" })))));
  if (!("error" in long) || !isProblem(long.error, "rate_limited")) throw new Error("it was not refused");
  expect(long.error.retryAfterMs).toBe(60_000);
});

test("a limit may be told as a date", async () => {
  const server = script(refusal(429, "rate_limited", { "retry-after": new Date(3000).toUTCString() }), json({}));
  expect(await settle(getSession(clientOf(server)))).toEqual({ value: {} });
  expect(server.asked[1]!.at).toBeGreaterThanOrEqual(3000);
});

test("an answer that is cut off is a broken connection, also of a refresh", async () => {
  const cut = () => {
    const stream = events();
    stream.write('{"access_tok');
    stream.cut();
    return stream.response;
  };
  const outcome = await settle(getSession(clientOf(script(cut()))));
  expect(outcome).toMatchObject({ error: { name: "ConnectionError" } });
  const client = createClient({
    baseUrl: "",
    tokens: memoryTokens({ ...tokens, expiresAt: 0 }),
    fetch: script(cut()).fetching,
  });
  expect(await settle(getSession(client))).toMatchObject({ error: { name: "ConnectionError" } });
  expect(await client.tokens.get()).not.toBeNull();
});

test("a proxy's page is no problem of the service", async () => {
  const page = () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } });
  const outcome = await settle(getSession(clientOf(script(page(), page(), page()))));
  if (!("error" in outcome)) throw new Error("it was not refused");
  expect(outcome.error).toBeInstanceOf(UnexpectedAnswerError);
  expect(outcome.error).toMatchObject({ status: 502 });
  expect(isProblem(outcome.error)).toBe(false);
  expect(isLatticeError(outcome.error)).toBe(true);
  const newer = new Response('{"code":"of_a_newer_version","detail":"?"}', { status: 422, headers: { "content-type": "application/problem+json" } });
  expect(await settle(getSession(clientOf(script(newer))))).toMatchObject({ error: { name: "UnexpectedAnswerError", status: 422 } });
  expect(await settle(getSession(clientOf(script(new Response("OK")))))).toMatchObject({ error: { name: "UnexpectedAnswerError", status: 200 } });
});

test("a refresh that does not get through keeps the session", async () => {
  const server = script(refusal(401, "unauthorized"), offline(), refusal(401, "unauthorized"), json(renewed), json({}));
  const client = clientOf(server);
  expect(await settle(getSession(client))).toEqual({ value: {} });
  expect(server.asked.map((request) => request.url.slice(20))).toEqual([
    "/api/session",
    "/api/auth/refresh",
    "/api/session",
    "/api/auth/refresh",
    "/api/session",
  ]);
  expect(server.asked.at(-1)?.headers.get("authorization")).toBe("Bearer a2");
  expect(await client.tokens.get()).toMatchObject({ accessToken: "a2", refreshToken: "r2" });
});

test("who signs in while a refresh is under way stays signed in", async () => {
  const store = memoryTokens(tokens);
  const mine: Tokens = { accessToken: "b1", refreshToken: "s1", expiresAt: 900_000 };
  const server = script(
    refusal(401, "unauthorized"),
    () => {
      store.set(mine);
      return json(renewed);
    },
    json({}),
  );
  await settle(getSession(createClient({ baseUrl: "https://lattice.test", tokens: store, fetch: server.fetching })));
  expect(store.get()).toEqual(mine);
  expect(server.asked.at(-1)?.headers.get("authorization")).toBe("Bearer b1");
});

test("one caller that leaves does not end the refresh of the others", async () => {
  let answer!: (response: Response) => void;
  const asked: string[] = [];
  const leaving = new AbortController();
  const client = createClient({
    baseUrl: "",
    tokens: memoryTokens({ ...tokens, expiresAt: 0 }),
    fetch: (input) => {
      asked.push(String(input));
      return String(input) === "/api/auth/refresh" ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(json({}));
    },
  });
  const left = settle(getSession(client, {}, { signal: leaving.signal }));
  const stayed = settle(getSession(client));
  await vi.advanceTimersByTimeAsync(1);
  leaving.abort(new Error("left the page"));
  expect(await left).toMatchObject({ error: { message: "left the page" } });
  answer(json(renewed));
  expect(await stayed).toEqual({ value: {} });
  expect(asked).toEqual(["/api/auth/refresh", "/api/session"]);
});

test("a bearer token is never renewed", async () => {
  const server = script(refusal(401, "unauthorized"));
  const client = createClient({ baseUrl: "https://lattice.test", tokens: bearer("a1"), fetch: server.fetching });
  expect(await settle(getSession(client))).toMatchObject({ error: { code: "unauthorized" } });
  expect(server.asked).toHaveLength(1);
});

test("stored tokens survive what others write", () => {
  const kept = new Map([["lattice.tokens", "not JSON"]]);
  const store = storedTokens({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  expect(store.get()).toBeNull();
  store.set(tokens);
  expect(store.get()).toEqual(tokens);
  store.set(null);
  expect(kept.size).toBe(0);
});
