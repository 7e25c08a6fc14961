import { createParser } from "eventsource-parser";
import type { Client } from "./client.js";
import type { operations } from "./generated/schema.js";
import { address, type CallOptions, type Input, type OperationId } from "./operation.js";
import { currentPage, type Page } from "./page.js";
import { ConnectionError, isProblem, isProxys, UnexpectedAnswerError } from "./problems.js";
import { abortable, backOff, wait } from "./wait.js";

/** The operations that answer with a stream of events. */
export type StreamId = { [Id in OperationId]: operations[Id] extends StreamAnswer ? Id : never }[OperationId];

interface StreamAnswer {
  responses: { 200: { content: { "text/event-stream": { type: string } } } };
}
type EventsOf<Id> = Id extends StreamId ? operations[Id]["responses"][200]["content"]["text/event-stream"] : never;
/** The stream has numbers, and goes on after any of them. */
type Numbered<Id> = Id extends StreamId ? ("after" extends keyof Input<Id> ? true : false) : never;

/**
 * What a stream yields. Events of a reply carry their number as `id`. `stream.reconnect` is obeyed and never seen;
 * `stream.resync` is seen where there are no numbers: read again what you show.
 */
export type StreamEvent<Id> = true extends Numbered<Id>
  ? Exclude<EventsOf<Id>, { type: "stream.reconnect" | "stream.resync" }> & { readonly id: number }
  : Exclude<EventsOf<Id>, { type: "stream.reconnect" }>;

/** One event of `streamReply`, by `type`. */
export type ReplyStreamEvent = StreamEvent<"streamReply">;
/** One event of `streamEvents`, by `type`. */
export type HintStreamEvent = StreamEvent<"streamEvents">;

/** Whether events arrive: being connected, connected, waiting for the next try, or at rest while nobody sees the page. */
export type StreamState = "connecting" | "open" | "waiting" | "paused";

/** How a stream is read. */
export interface StreamOptions extends CallOptions {
  /**
   * What to do while nobody can see the page: `pause` (the default) gives the connection back after `pauseAfterMs` and
   * goes on where it was once the page is seen again; `keep` goes on reading.
   */
  readonly whenHidden?: "pause" | "keep";
  /** 10 seconds by default. */
  readonly pauseAfterMs?: number;
  /** A connection this long without a byte is given up: 45 seconds by default, three times the service's heartbeat. */
  readonly silenceMs?: number;
  /** Told whenever the state changes, for a line such as "reconnecting". */
  readonly onState?: (state: StreamState) => void;
  /** The page whose visibility counts; the one this runs in by default. */
  readonly page?: Page;
}

/** One stream of the contract as a function. */
export type StreamOperation<Id extends StreamId> = {} extends StreamInput<Id>
  ? (client: Client, input?: StreamInput<Id>, options?: StreamOptions) => AsyncGenerator<StreamEvent<Id>, void, void>
  : (client: Client, input: StreamInput<Id>, options?: StreamOptions) => AsyncGenerator<StreamEvent<Id>, void, void>;

/** What a stream takes. `after` goes on after that number; `wait: 0` ends once what exists was read. */
export type StreamInput<Id extends StreamId> = Omit<Input<Id>, "lastEventId">;

/** An event as it came. */
interface Received {
  readonly type: string;
  readonly id?: number;
  readonly retryAfterMs?: number;
}

/** A connection that lasted this long was a good one, whatever came. Milliseconds. */
const steadyMs = 30_000;

/** With these a reply ends, and its stream. */
const ends = ["reply.completed", "reply.stopped", "reply.failed"];

/**
 * Makes the function of a stream. The generated code calls it; its types come from there, and so do the types of event
 * that are passed on: what a newer service adds is left out, so that a `switch` over all of them stays exhaustive.
 */
export function stream<Id extends StreamId>(path: string, known: readonly string[]): StreamOperation<Id> {
  const read = (client: Client, input: StreamFields = {}, options: StreamOptions = {}) =>
    new Reader(client, path, known, input, options).events();
  return read as object as StreamOperation<Id>;
}

interface StreamFields {
  readonly after?: number;
  readonly wait?: 0;
}

/** Reads one stream over as many connections as it takes. */
class Reader {
  private readonly page: Page;
  private readonly numbered: boolean;
  /** The number of the last event that was passed on. */
  private last: number;
  /** Failures since the last event. */
  private failures = 0;
  private state: StreamState | null = null;

  constructor(
    private readonly client: Client,
    private readonly path: string,
    private readonly known: readonly string[],
    private readonly input: StreamFields,
    private readonly options: StreamOptions,
  ) {
    this.page = options.page ?? currentPage();
    this.numbered = known.includes("reply.delta");
    this.last = input.after ?? 0;
  }

  async *events(): AsyncGenerator<Received, void, void> {
    const { signal } = this.options;
    for (;;) {
      await this.untilSeen();
      this.tell("connecting");
      const connection = new Connection(this.options, this.page);
      const begun = Date.now();
      let delay: number | null = null;
      let lost = false;
      try {
        for await (const event of this.connect(connection)) {
          if (event.type === "stream.reconnect") {
            delay = this.later(event.retryAfterMs ?? 0);
            continue;
          }
          if (this.numbered && event.id === undefined) continue; // a resync, after which the number says where to go on
          if (event.id !== undefined) {
            if (event.id <= this.last) continue;
            lost = event.id > this.last + 1; // on the way: it is read again
            if (lost) break;
            this.last = event.id;
          }
          // A resync begins every connection, also one that is cut at once.
          if (event.type !== "stream.resync") this.failures = 0;
          if (!this.known.includes(event.type)) continue; // of a newer service; its number counts all the same
          yield event;
          if (this.numbered && ends.includes(event.type)) return;
        }
        if ((connection.told || this.input.wait === 0) && delay === null && !lost) return;
      } catch (error) {
        signal?.throwIfAborted();
        if (!connection.given) delay = this.delayAfter(error as Error);
      } finally {
        connection.close();
      }
      if (connection.given === "hidden") continue; // waits until it is seen
      if (Date.now() - begun >= steadyMs) this.failures = 0;
      this.tell("waiting");
      // The usual wait is over when the page is seen or the network is back, the one that the service asked for is not.
      const wake = (callback: () => void) => this.page.onChange(() => this.page.hidden() || callback());
      await wait(delay ?? backOff(this.failures++), signal, delay === null ? wake : undefined);
    }
  }

  /** One connection's events, from the one after the last. */
  private async *connect(connection: Connection): AsyncGenerator<Received, void, void> {
    const fields = { ...this.input, after: undefined, ...(this.last > 0 && { lastEventId: this.last }) };
    const target = address(this.path, fields);
    const response = await this.client.send({
      method: "GET",
      path: target.path,
      headers: { ...target.headers, Accept: "text/event-stream" },
      retries: 0,
      signal: connection.signal,
    });
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
      throw new UnexpectedAnswerError(response.status, "The answer is no stream of events.");
    }
    this.tell("open");
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let arrived: Received[] = [];
    const parser = createParser({
      onEvent: ({ data, id }) => {
        const event = parseEvent(data, response.status);
        arrived.push(id === undefined ? event : { ...event, id: Number(id) });
      },
      onComment: (comment) => {
        connection.told ||= comment === "end";
      },
    });
    for (;;) {
      connection.heard();
      const { done, value } = await reader.read().catch((error: Error) => {
        throw new ConnectionError("The stream was cut off.", { cause: error });
      });
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived;
      arrived = [];
    }
  }

  /** How long to wait after a failure, in milliseconds; null for the usual. Throws what trying again does not mend. */
  private delayAfter(error: Error): number | null {
    if (isProblem(error)) {
      switch (error.code) {
        case "rate_limited":
        case "unavailable":
        case "internal":
          return this.later(error.retryAfterMs);
        default:
          throw error;
      }
    }
    if (error instanceof ConnectionError) return null;
    if (error instanceof UnexpectedAnswerError && (isProxys(error) || error.status > 500)) return this.later(error.retryAfterMs);
    throw error;
  }

  private later(ms: number | null): number | null {
    return ms === null ? null : ms + backOff(this.failures, 100);
  }

  /** Resolves once somebody sees the page. */
  private async untilSeen(): Promise<void> {
    const seen = () => this.options.whenHidden === "keep" || !this.page.hidden();
    if (seen()) return;
    this.tell("paused");
    await abortable(this.options.signal, (done) => this.page.onChange(() => seen() && done()));
  }

  private tell(state: StreamState): void {
    if (state !== this.state) this.options.onState?.(state);
    this.state = state;
  }
}

function parseEvent(data: string, status: number): Received {
  try {
    return JSON.parse(data) as Received;
  } catch {
    throw new UnexpectedAnswerError(status, "An event is no JSON.");
  }
}

/** What ends one connection: the caller's signal, silence, or a page that nobody sees any more. */
class Connection {
  /** Why it was given up from this side. */
  given: "silence" | "hidden" | null = null;
  /** The service has said that nothing is left to tell. */
  told = false;
  private readonly controller = new AbortController();
  private silence: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private readonly release: () => void;

  constructor(
    private readonly options: StreamOptions,
    page: Page,
  ) {
    const { signal } = options;
    const abort = () => this.controller.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    const look = () => {
      clearTimeout(this.hiding);
      if (options.whenHidden !== "keep" && page.hidden()) {
        this.hiding = setTimeout(() => this.give("hidden"), options.pauseAfterMs ?? 10_000);
      }
    };
    const unlook = page.onChange(look);
    this.release = () => {
      signal?.removeEventListener("abort", abort);
      unlook();
    };
    this.heard();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A byte came. */
  heard(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.give("silence"), this.options.silenceMs ?? 45_000);
  }

  close(): void {
    clearTimeout(this.silence);
    clearTimeout(this.hiding);
    this.release();
    this.controller.abort();
  }

  private give(why: "silence" | "hidden"): void {
    this.given ??= why;
    this.controller.abort();
  }
}
