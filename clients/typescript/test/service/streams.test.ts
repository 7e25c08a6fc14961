import { expect, expectTypeOf, inject, onTestFinished, test } from "vitest";
import {
  createChat,
  createClient,
  type DrawerData,
  getMessage,
  type HintStreamEvent,
  isProblem,
  type Message,
  type ReplyStreamEvent,
  sendMessage,
  stopReply,
  streamEvents,
  streamReply,
  updateChat,
} from "@lattice-money/client";
import { aReply, somebody } from "./people.js";
import { dataFolder, removeFolder, Service } from "./process.js";

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const read: Event[] = [];
  for await (const event of events) read.push(event);
  return read;
}

/** Every event in words. It does not compile where an event is left out. */
function tell(event: ReplyStreamEvent): string {
  switch (event.type) {
    case "reply.started":
      return event.messageId;
    case "reply.thinking":
      return event.stage;
    case "reply.drawer":
      return event.drawerData.kind;
    case "reply.delta":
      return event.text;
    case "reply.completed":
    case "reply.stopped":
      return event.message.content;
    case "reply.failed":
      return event.problem.detail;
    default:
      return event satisfies never;
  }
}

function subject(event: HintStreamEvent): string | null {
  switch (event.type) {
    case "message.created":
    case "reply.started":
    case "reply.completed":
      return event.messageId;
    case "chat.updated":
    case "member.joined":
      return event.chatId;
    case "alert.fired":
      return event.alertId;
    case "insight.created":
      return event.insightId;
    case "account.updated":
    case "card_switch.requested":
      return event.accountId;
    case "stream.resync":
      return null;
    default:
      return event satisfies never;
  }
}

test("a reply is watched to its end, numbered and typed", async () => {
  const dana = await somebody();
  const reply = await aReply(dana);
  const events = await all(streamReply(dana, reply));
  expect(events.map((event) => event.id)).toEqual(events.map((_, i) => i + 1));
  expect(events.at(0)).toMatchObject({ type: "reply.started", messageId: reply.messageId });
  const end = events.at(-1);
  if (end?.type !== "reply.completed") throw new Error(`it ended with ${end?.type}`);
  expectTypeOf(end.message).toEqualTypeOf<Message>();
  const text = events.filter((event) => event.type === "reply.delta").map(tell);
  expect(text.join("")).toBe(end.message.content);
  expect(events.filter((event) => event.type === "reply.thinking").map(tell)).toEqual(end.message.thinking);
  expect((await getMessage(dana, reply)).content).toBe(end.message.content);
  expectTypeOf<Message["drawerData"]>().toEqualTypeOf<DrawerData | null>();
});

test("a reply goes on after every number, with the same events", async () => {
  const dana = await somebody();
  const reply = await aReply(dana);
  const whole = await all(streamReply(dana, reply));
  for (let after = 0; after <= whole.length; after++) {
    expect(await all(streamReply(dana, { ...reply, after })), `after ${after}`).toEqual(whole.slice(after));
  }
  expect(await all(streamReply(dana, { ...reply, after: 1_000_000 }))).toEqual([]);
  expect(await all(streamReply(dana, { ...reply, wait: 0 }))).toEqual(whole);
});

/** A fetch whose streams break after some bytes, further on each time. */
function breaking(step: number) {
  const cuts = { made: 0, resumedAfter: [] as (string | null)[] };
  const fetching: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body || !String(input).endsWith("/stream")) return response;
    cuts.resumedAfter.push(new Headers(init?.headers).get("last-event-id"));
    let left = step * ++cuts.made;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)));
        left -= chunk.length;
        if (left < 0) controller.error(new TypeError("terminated"));
      },
    });
    return new Response(response.body.pipeThrough(cut), response);
  };
  return { cuts, fetching };
}

test("a stream that breaks anywhere, also inside an event, loses and repeats nothing", async () => {
  const { cuts, fetching } = breaking(701);
  const dana = await somebody();
  const reply = await aReply(dana);
  const whole = await all(streamReply(dana, reply));
  const shaky = createClient({ baseUrl: inject("url"), tokens: dana.tokens, fetch: fetching });
  const states: string[] = [];
  expect(await all(streamReply(shaky, reply, { onState: (state) => states.push(state) }))).toEqual(whole);
  expect(cuts.made).toBeGreaterThan(1);
  expect(cuts.resumedAfter.at(-1)).not.toBeNull();
  expect(states.slice(0, 4)).toEqual(["connecting", "open", "waiting", "connecting"]);
});

test("leaving a stream gives the connection back and stops nothing", async () => {
  let signal: AbortSignal | null | undefined;
  const dana = await somebody({
    fetch: (input, init) => {
      if (String(input).endsWith("/stream")) signal = init?.signal;
      return fetch(input, init);
    },
  });
  const reply = await aReply(dana);
  for await (const event of streamReply(dana, reply)) {
    expect(event.id).toBe(1);
    break;
  }
  expect(signal?.aborted).toBe(true);
  expect((await all(streamReply(dana, { ...reply, after: 1 }))).at(-1)?.type).toBe("reply.completed");
});

test("the caller's signal ends a stream with its reason", async () => {
  const dana = await somebody();
  const leaving = new AbortController();
  const reason = new Error("left the page");
  const reading = (async () => {
    for await (const event of streamEvents(dana, {}, { signal: leaving.signal })) {
      expect(event.type).toBe("stream.resync");
      leaving.abort(reason);
    }
  })();
  await expect(reading).rejects.toBe(reason);
});

test("a stopped reply ends its stream", async () => {
  const dana = await somebody();
  const reply = await aReply(dana, "Which card should I use for $86 of groceries at Whole Foods?");
  const stopped = await stopReply(dana, reply);
  const end = (await all(streamReply(dana, reply))).at(-1);
  expect(end?.type).toBe(`reply.${stopped.status}`);
});

test("what is not there is told, and not asked for again", async () => {
  let requests = 0;
  const dana = await somebody({
    fetch: (input, init) => {
      requests++;
      return fetch(input, init);
    },
  });
  const before = requests;
  const error = await all(streamReply(dana, { chatId: dana.answer.user.id, messageId: dana.answer.user.id })).catch((error: Error) => error);
  expect(isProblem(error, "not_found")).toBe(true);
  expect(requests - before).toBe(1);
});

test("a stale token is renewed before a stream begins", async () => {
  const dana = await somebody();
  const held = (await dana.tokens.get())!;
  await dana.tokens.set({ ...held, accessToken: "stale" });
  expect((await all(streamEvents(dana, { wait: 0 }))).map((event) => event.type)).toEqual(["stream.resync"]);
});

test("hints tell what is new, across a restart of the service", async () => {
  const folder = await dataFolder();
  let service = await Service.start(folder);
  onTestFinished(async () => {
    await service.stop();
    await removeFolder(folder);
  });
  const dana = await somebody({ baseUrl: service.url });
  const chat = await createChat(dana, { body: { title: "Groceries" } });
  const hints = streamEvents(dana);
  const next = async () => {
    const { value } = await hints.next();
    if (!value) throw new Error("the stream ended");
    return value;
  };
  const until = async (type: HintStreamEvent["type"], id: string | null) => {
    for (;;) {
      const event = await next();
      if (event.type === type && subject(event) === id) return;
    }
  };
  expect((await next()).type).toBe("stream.resync");
  await updateChat(dana, { chatId: chat.id, body: { title: "Food" } });
  await until("chat.updated", chat.id);
  const turn = await sendMessage(dana, { chatId: chat.id, body: { content: "How much did I spend?" } });
  await until("reply.completed", turn.aiMessage!.id);

  const resynced = until("stream.resync", null);
  const { host } = new URL(service.url);
  await service.stop();
  service = await Service.start(folder, host);
  await resynced;
  await updateChat(dana, { chatId: chat.id, body: { title: "Groceries" } });
  await until("chat.updated", chat.id);
  await hints.return();
});
