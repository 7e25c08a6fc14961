import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  bearer,
  ConnectionError,
  createChat,
  createClient,
  getMessage,
  getSession,
  type Input,
  isLatticeError,
  isProblem,
  listTransactions,
  login,
  logout,
  memoryTokens,
  removeCard,
  removeMember,
  startOnboarding,
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

test("a key that is passed on undefined is made all the same", async () => {
  const server = script(offline(), json({ id: "1" }, 201));
  const input = { body: { title: "Food" }, idempotencyKey: undefined as string | undefined } as Input<"createChat">;
  expect(await settle(createChat(clientOf(server), input))).toEqual({ value: { id: "1" } });
  const keys = server.asked.map((request) => request.headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
});

test("an id that would name another resource is refused, and nothing is asked", async () => {
  const server = script();
  for (const id of ["", ".", ".."]) {
    const removed = await settle<undefined>(removeMember(clientOf(server), { groupId: "g", userId: id }));
    expect(removed).toMatchObject({ error: { name: "TypeError" } });
    expect(await settle(getMessage(clientOf(server), { chatId: "c", messageId: id }))).toMatchObject({ error: { name: "TypeError" } });
  }
  expect(server.asked).toHaveLength(0);
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

test("a service or a proxy that is away says when it will be back", async () => {
  const page = (status: number) => new Response("<html>", { status, headers: { "content-type": "text/html", "retry-after": "3" } });
  for (const away of [refusal(503, "unavailable", { "retry-after": "3" }), page(503), page(429)]) {
    const server = script(away, json({}));
    expect(await settle(getSession(clientOf(server)))).toEqual({ value: {} });
    expect(server.asked[1]!.at - server.asked[0]!.at).toBeGreaterThanOrEqual(3000);
  }
});

test("a caller that leaves while it is being refused gets its reason, and a refusal that is cut off is a broken connection", async () => {
  const refusing = () => {
    const stream = events();
    stream.write('{"code":"not_fou');
    return { stream, answer: new Response(stream.response.body, { status: 404, headers: { "content-type": "application/problem+json" } }) };
  };
  const reason = new Error("left the page");
  const leaving = new AbortController();
  const left = refusing();
  const call = settle(getSession(clientOf(script(left.answer)), {}, { signal: leaving.signal }));
  leaving.abort(reason);
  left.stream.cut();
  expect(await call).toEqual({ error: reason });

  const cut = refusing();
  cut.stream.cut();
  expect(await settle(getSession(clientOf(script(cut.answer, json({})))))).toEqual({ value: {} });
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

test("while a refresh is refused or lost nothing was done: also what must not be repeated waits for the next", async () => {
  const page = () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } });
  for (const failure of [offline(), page(), refusal(503, "unavailable"), refusal(429, "rate_limited", { "retry-after": "1" })]) {
    const server = script(failure, json(renewed), json({}));
    const client = clientOf(server, { ...tokens, expiresAt: 0 });
    expect(await settle(updateChat(client, { chatId: "1", body: {} }))).toEqual({ value: {} });
    expect(server.asked.map((request) => request.method)).toEqual(["POST", "POST", "PATCH"]);
  }
  const long = await settle(
    getSession(clientOf(script(refusal(429, "rate_limited", { "retry-after": "60" })), { ...tokens, expiresAt: 0 })),
  );
  expect(long).toMatchObject({ error: { code: "rate_limited", retryAfterMs: 60_000 } });
});

test("a refresh that hangs is asked again", async () => {
  const asked: { url: string; at: number }[] = [];
  const client = createClient({
    baseUrl: "",
    tokens: memoryTokens({ ...tokens, expiresAt: 0 }),
    fetch: (input) => {
      asked.push({ url: String(input), at: Date.now() });
      if (asked.length === 1) return new Promise(() => {});
      return Promise.resolve(json(String(input) === "/api/auth/refresh" ? renewed : {}));
    },
  });
  expect(await settle(getSession(client))).toEqual({ value: {} });
  expect(asked.map(({ url }) => url)).toEqual(["/api/auth/refresh", "/api/auth/refresh", "/api/session"]);
  expect(asked[1]!.at).toBeLessThan(15_000); // the service answers a refresh again for 30 seconds
  expect(vi.getTimerCount()).toBe(0);
});

test("an answer without tokens ends no session, and begins none", async () => {
  for (const answer of [{}, { access_token: "a2" }, []]) {
    const client = clientOf(script(json(answer)), { ...tokens, expiresAt: 0 });
    expect(await settle(getSession(client))).toMatchObject({ error: { name: "UnexpectedAnswerError" } });
    expect(await client.tokens.get()).toMatchObject({ refreshToken: "r1" });
  }
  const portal = clientOf(script(new Response("null", { headers: { "content-type": "application/json" } })), null);
  const outcome = await settle(login(portal, { body: { email: "dana@example.com", password: "correct horse battery" } }));
  expect(outcome).toMatchObject({ error: { name: "UnexpectedAnswerError" } });
  expect(await portal.tokens.get()).toBeNull();
});

// Where a token is optional, a request without one would be let through, as nobody's.
test("whoever's session is over is told, and asks for nothing as nobody", async () => {
  const server = script(refusal(401, "unauthorized"), refusal(401, "unauthorized"));
  const outcome = await settle(startOnboarding(clientOf(server, { ...tokens, expiresAt: 0 })));
  expect(outcome).toMatchObject({ error: { code: "unauthorized" } });
  expect(server.asked.map((request) => request.headers.get("authorization"))).toEqual([null, "Bearer a1"]);
});

const anothers: Tokens = { accessToken: "b1", refreshToken: "s1", expiresAt: 900_000, userId: "bob" };

test("what one person began is not sent again as another, who signed in meanwhile", async () => {
  for (const first of [
    [refusal(401, "unauthorized")], // signed out elsewhere
    [offline()],
    [refusal(429, "rate_limited", { "retry-after": "1" })],
  ]) {
    const store = memoryTokens({ ...tokens, userId: "alice" });
    const server = script(...first, ...Array.from({ length: 3 }, () => refusal(401, "unauthorized")));
    const fetching: typeof fetch = async (...request) => {
      const answer = server.fetching(...request);
      store.set(anothers);
      return answer;
    };
    const client = createClient({ baseUrl: "https://lattice.test", tokens: store, fetch: fetching });
    const outcome = await settle(createChat(client, { body: { title: "Of Alice" } }));
    expect(outcome).toMatchObject({ error: { code: "unauthorized" } });
    expect(new Set(server.asked.map((request) => request.headers.get("authorization")))).toEqual(new Set(["Bearer a1"]));
    expect(store.get()).toEqual(anothers);
  }
});

test("signing out signs nobody else out", async () => {
  const store = memoryTokens({ ...tokens, userId: "alice" });
  const server = script(() => {
    store.set(anothers);
    return new Response(null, { status: 204 });
  });
  await settle<undefined>(logout(createClient({ baseUrl: "https://lattice.test", tokens: store, fetch: server.fetching })));
  expect(store.get()).toEqual(anothers);
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
  const left = getSession(client, {}, { signal: leaving.signal }).catch((error: Error) => error);
  const stayed = getSession(client);
  await vi.advanceTimersByTimeAsync(1);
  leaving.abort(new Error("left the page"));
  expect(await left).toMatchObject({ message: "left the page" });
  answer(json(renewed));
  expect(await stayed).toEqual({});
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
