import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createClient, memoryTokens, type Page, streamEvents, type StreamOptions, streamReply, type StreamState } from "@lattice-money/client";
import { ended, events, refusal, script } from "./server.js";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const reply = { chatId: "c", messageId: "m" };
const offline = () => new TypeError("fetch failed");

/** Starts to read, and keeps what was read, the states and how it ended. */
function read(server: ReturnType<typeof script>, options: StreamOptions = {}, what: "reply" | "what exists" | "hints" = "reply") {
  const client = createClient({ baseUrl: "https://lattice.test", tokens: memoryTokens(), fetch: server.fetching });
  const log = { events: [] as object[], states: [] as StreamState[], error: null as Error | null, done: false };
  const given: StreamOptions = { onState: (state) => log.states.push(state), ...options };
  const stream =
    what === "hints" ? streamEvents(client, {}, given) : streamReply(client, { ...reply, ...(what === "what exists" && { wait: 0 }) }, given);
  void (async () => {
    try {
      for await (const event of stream) log.events.push(event);
    } catch (error) {
      log.error = error as Error;
    }
    log.done = true;
  })();
  return log;
}

/** A page that is shown and hidden by hand. */
function aPage(): Page & { show(seen: boolean): void } {
  let seen = true;
  const callbacks = new Set<() => void>();
  return {
    hidden: () => !seen,
    onChange: (callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    show: (next) => {
      seen = next;
      for (const callback of [...callbacks]) callback();
    },
  };
}

function end(id: number): Response {
  const stream = events();
  stream.send({ type: "reply.completed", message: {} }, id);
  return stream.response;
}

test("a failure is waited out longer each time, up to half a minute, and an event begins anew", async () => {
  const failures = Array.from({ length: 9 }, offline);
  const server = script(...failures, ended([1, "a"]), offline(), end(2));
  const log = read(server);
  await vi.runAllTimersAsync();
  expect(log).toMatchObject({ done: true, error: null, events: [{ id: 1 }, { id: 2 }] });
  const waits = server.asked.slice(1).map((request, i) => request.at - server.asked[i]!.at);
  waits.slice(0, 9).forEach((waited, i) => {
    const most = Math.min(30_000, 500 * 2 ** i);
    expect(waited).toBeGreaterThanOrEqual(most / 2);
    expect(waited).toBeLessThanOrEqual(most);
  });
  expect(waits[9]).toBeLessThanOrEqual(500);
  expect(server.asked.at(-1)?.headers.get("last-event-id")).toBe("1");
});

test("the service says when to come back", async () => {
  const leaving = events();
  leaving.send({ type: "stream.reconnect", retryAfterMs: 7000 });
  leaving.end();
  const server = script(leaving.response, refusal(429, "rate_limited", { "retry-after": "20" }), refusal(503, "unavailable"), end(1));
  const log = read(server);
  await vi.runAllTimersAsync();
  expect(log.events).toHaveLength(1);
  const waits = server.asked.slice(1).map((request, i) => request.at - server.asked[i]!.at);
  expect(waits[0]).toBeGreaterThanOrEqual(7000);
  expect(waits[0]).toBeLessThan(8000);
  expect(waits[1]).toBeGreaterThanOrEqual(20_000);
  expect(waits[2]).toBeLessThan(5000);
});

test("what is refused for good ends the stream", async () => {
  for (const code of ["not_found", "unauthorized", "forbidden", "invalid_request"] as const) {
    const log = read(script(refusal(400, code)));
    await vi.runAllTimersAsync();
    expect(log.error).toMatchObject({ name: "ProblemError", code });
  }
  const page = read(script(new Response("<html>", { headers: { "content-type": "text/html" } })));
  await vi.runAllTimersAsync();
  expect(page.error).toMatchObject({ name: "UnexpectedAnswerError" });
});

test("repeated events are dropped, and lost ones read again", async () => {
  const stream = events();
  for (const id of [1, 2, 2, 1, 4]) stream.send({ type: "reply.delta", text: String(id) }, id);
  const server = script(stream.response, ended([3, "3"], [4, "4"]), end(5));
  const log = read(server);
  await vi.runAllTimersAsync();
  expect(log.events).toMatchObject([1, 2, 3, 4, 5].map((id) => ({ id })));
  expect(server.asked.map((request) => request.headers.get("last-event-id"))).toEqual([null, "2", "4"]);
});

test("events of a newer service are passed over", async () => {
  const stream = events();
  stream.send({ type: "stream.resync" });
  stream.send({ type: "reply.sung", song: "la" });
  stream.send({ type: "chat.updated", chatId: "c" });
  const log = read(script(stream.response), {}, "hints");
  await vi.advanceTimersByTimeAsync(1);
  expect(log.events).toEqual([{ type: "stream.resync" }, { type: "chat.updated", chatId: "c" }]);
});

test("a numbered event of a newer service is passed over, and what comes after it is not lost", async () => {
  const stream = events();
  stream.send({ type: "reply.delta", text: "a" }, 1);
  stream.send({ type: "reply.sung", song: "la" }, 2);
  stream.send({ type: "reply.delta", text: "b" }, 3);
  stream.end();
  const server = script(stream.response, end(4));
  const log = read(server);
  await vi.runAllTimersAsync();
  expect(log).toMatchObject({ done: true, error: null, events: [{ id: 1 }, { id: 3 }, { id: 4 }] });
  expect(server.asked.map((request) => request.headers.get("last-event-id"))).toEqual([null, "3"]);
});

test("a reply of which nothing more comes ends at once, one that only ends was cut off", async () => {
  const told = events();
  told.write(": open\n\n: end\n\n");
  told.end();
  const server = script(ended([1, "a"]), ended(), told.response);
  const log = read(server);
  await vi.runAllTimersAsync();
  expect(log).toMatchObject({ done: true, error: null, events: [{ id: 1 }] });
  expect(server.asked).toHaveLength(3);
});

test("an end that is told does not hide what was lost before it", async () => {
  const holed = events();
  for (const id of [1, 3]) holed.send({ type: "reply.delta", text: String(id) }, id);
  holed.write(": end\n\n");
  holed.end();
  const log = read(script(holed.response, ended([2, "2"], [3, "3"]), end(4)));
  await vi.runAllTimersAsync();
  expect(log).toMatchObject({ done: true, error: null, events: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] });
});

test("what exists is read whole, also where something was lost on the way or the service stops", async () => {
  const holed = events();
  for (const id of [1, 3]) holed.send({ type: "reply.delta", text: String(id) }, id);
  holed.end();
  const leaving = events();
  leaving.send({ type: "reply.delta", text: "2" }, 2);
  leaving.send({ type: "stream.reconnect", retryAfterMs: 500 });
  leaving.end();
  const server = script(holed.response, leaving.response, ended([3, "3"]));
  const log = read(server, {}, "what exists");
  await vi.runAllTimersAsync();
  expect(log).toMatchObject({ done: true, error: null, events: [{ id: 1 }, { id: 2 }, { id: 3 }] });
});

test("hints that are cut off at once are waited for longer each time, those of a good connection are not", async () => {
  const cut = () => {
    const stream = events();
    stream.send({ type: "stream.resync" });
    stream.end();
    return stream.response;
  };
  const steady = events();
  const server = script(...Array.from({ length: 6 }, cut), steady.response, cut(), events().response);
  read(server, { silenceMs: 3_600_000 }, "hints");
  while (server.asked.length < 7) await vi.advanceTimersByTimeAsync(100);
  const waits = server.asked.slice(1).map((request, i) => request.at - server.asked[i]!.at);
  expect(waits[5]).toBeGreaterThanOrEqual(8000);
  await vi.advanceTimersByTimeAsync(60_000);
  steady.cut();
  const at = Date.now();
  while (server.asked.length < 8) await vi.advanceTimersByTimeAsync(100);
  expect(server.asked[7]!.at - at).toBeLessThanOrEqual(500);
});

test("comments are passed over, and events and letters put together from any pieces, with any line ends", async () => {
  for (const line of ["\n", "\r\n", "\r"]) {
    const stream = events();
    const log = read(script(stream.response));
    const delta = { type: "reply.delta", text: "¥ é 🍕" };
    const event = (id: number) => `id: ${id}\nevent: reply.delta\ndata: ${JSON.stringify(delta)}\n\n`;
    const text = `: open\n\n${event(1)}: ping\n\n${event(2)}: ping\n\n`.replaceAll("\n", line);
    for (const byte of new TextEncoder().encode(text)) stream.writeByte(byte);
    await vi.advanceTimersByTimeAsync(1);
    expect(log.events, JSON.stringify(line)).toEqual([
      { ...delta, id: 1 },
      { ...delta, id: 2 },
    ]);
  }
});

test("a connection that says nothing is given up, one with a heartbeat is not", async () => {
  const silent = events();
  const server = script(silent.response, end(1));
  const log = read(server, { silenceMs: 45_000 });
  for (let i = 0; i < 10; i++) {
    await vi.advanceTimersByTimeAsync(15_000);
    silent.write(": ping\n\n");
  }
  expect(server.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(44_000);
  expect(server.asked).toHaveLength(1);
  await vi.runAllTimersAsync();
  expect(server.asked).toHaveLength(2);
  expect(log).toMatchObject({ done: true, error: null });
});

test("a page that nobody sees gives its connection back, and goes on where it was", async () => {
  const page = aPage();
  const first = events();
  first.send({ type: "reply.delta", text: "a" }, 1);
  const server = script(first.response, end(2));
  const log = read(server, { page });
  await vi.advanceTimersByTimeAsync(1);
  page.show(false);
  await vi.advanceTimersByTimeAsync(9000);
  page.show(true); // only for a moment
  await vi.advanceTimersByTimeAsync(60);
  expect(log.states).toEqual(["connecting", "open"]);
  page.show(false);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(log.states.at(-1)).toBe("paused");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(server.asked).toHaveLength(1);
  page.show(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toMatchObject({ done: true, events: [{ id: 1 }, { id: 2 }] });
  expect(server.asked[1]?.headers.get("last-event-id")).toBe("1");
});

test("a page that nobody sees goes on reading where it is told to", async () => {
  const page = aPage();
  page.show(false);
  const stream = events();
  const log = read(script(stream.response), { page, whenHidden: "keep" });
  await vi.advanceTimersByTimeAsync(30_000);
  stream.send({ type: "reply.completed", message: {} }, 1);
  await vi.advanceTimersByTimeAsync(1);
  expect(log.done).toBe(true);
});

test("a page that is seen again, or a network that is back, is not kept waiting", async () => {
  const page = aPage();
  const server = script(...Array.from({ length: 8 }, offline), end(1));
  read(server, { page });
  while (server.asked.length < 8) await vi.advanceTimersByTimeAsync(100);
  const before = Date.now();
  await vi.advanceTimersByTimeAsync(10);
  page.show(true);
  await vi.advanceTimersByTimeAsync(10);
  // The eighth failure is waited out for 15 seconds at least; the change makes it milliseconds.
  expect(server.asked).toHaveLength(9);
  expect(server.asked.at(-1)!.at - before).toBeLessThan(1000);
});

test("a page that is seen again does not come back before the service asked it to", async () => {
  for (const asked of [refusal(429, "rate_limited", { "retry-after": "20" }), refusal(503, "unavailable", { "retry-after": "20" })]) {
    const page = aPage();
    const server = script(asked, end(1));
    const log = read(server, { page });
    await vi.advanceTimersByTimeAsync(1000);
    page.show(false);
    page.show(true);
    await vi.advanceTimersByTimeAsync(18_000);
    expect(server.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(log.done).toBe(true);
  }
});

test("the page is the one the code runs in", async () => {
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const window = new EventTarget();
  vi.stubGlobal("document", document);
  vi.stubGlobal("window", window);
  onTestFinished(() => void vi.unstubAllGlobals());
  const show = (state: string) => {
    document.visibilityState = state;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const failures = Array.from({ length: 7 }, offline);
  const server = script(events().response, ...failures, end(1));
  const log = read(server);
  await vi.advanceTimersByTimeAsync(1);
  show("hidden");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(log.states.at(-1)).toBe("paused");
  expect(server.asked).toHaveLength(1);
  show("visible");
  while (server.asked.length < 8) await vi.advanceTimersByTimeAsync(100);
  await vi.advanceTimersByTimeAsync(1000); // of 16 seconds at least
  expect(server.asked).toHaveLength(8);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1);
  expect(log.done).toBe(true);
});

test("the caller's signal ends every kind of waiting", async () => {
  const reason = new Error("left the page");
  const hidden = aPage();
  hidden.show(false);
  for (const [server, options] of [
    [script(events().response), {}],
    [script(offline()), {}],
    [script(), { page: hidden }],
  ] as const) {
    const leaving = new AbortController();
    const log = read(server, { ...options, signal: leaving.signal });
    await vi.advanceTimersByTimeAsync(1);
    leaving.abort(reason);
    await vi.advanceTimersByTimeAsync(1);
    expect(log.error).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  }
});
