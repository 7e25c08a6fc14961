import type { Problem, ProblemCode } from "@lattice-money/client";

/** A refusal as the service writes it. */
export function refusal(status: number, code: ProblemCode, headers: Record<string, string> = {}): Response {
  const problem: Problem = {
    type: `/problems/${code}`,
    title: "Refused",
    status,
    detail: `Refused as ${code}.`,
    instance: "/",
    code,
    requestId: "1",
  };
  return new Response(JSON.stringify(problem), { status, headers: { "content-type": "application/problem+json", ...headers } });
}

export function json(data: object, status = 200): Response {
  return new Response(JSON.stringify(data), { status, headers: { "content-type": "application/json" } });
}

/** What was asked of a `script`. */
export interface Asked {
  url: string;
  method: string;
  headers: Headers;
  body: string | null;
  /** When, by the clock of the test. Milliseconds. */
  at: number;
}

/** A fetch that answers from a list, one answer a request; an `Error` is thrown, and so is the reason of a signal. */
export function script(...answers: (Response | Error | ((asked: Asked) => Response))[]) {
  const asked: Asked[] = [];
  const fetching: typeof fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const request = {
      url: String(input),
      method: init.method ?? "GET",
      headers: new Headers(init.headers),
      body: (init.body as string | undefined) ?? null,
      at: Date.now(),
    };
    asked.push(request);
    const answer = answers[asked.length - 1];
    if (!answer) throw new Error(`request ${asked.length} was not expected: ${request.method} ${request.url}`);
    if (answer instanceof Error) throw answer;
    const response = typeof answer === "function" ? answer(request) : answer;
    const stream = live.get(response);
    init.signal?.addEventListener("abort", () => stream?.error(init.signal?.reason));
    return response;
  };
  return { asked, fetching };
}

const live = new WeakMap<Response, ReadableStreamDefaultController<Uint8Array>>();

/** A stream of events that stays open; `send` writes to it, `end` closes it, `cut` breaks it. */
export function events() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (made) => void (controller = made) });
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  live.set(response, controller);
  const write = (text: string) => controller.enqueue(new TextEncoder().encode(text));
  return {
    response,
    write,
    writeByte: (byte: number) => controller.enqueue(Uint8Array.of(byte)),
    send: <Event extends { type: string }>(data: Event, id?: number) =>
      write(`${id === undefined ? "" : `id: ${id}\n`}event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`),
    end: () => controller.close(),
    cut: () => controller.error(new TypeError("terminated")),
  };
}

/** A stream that ends after these texts. */
export function ended(...deltas: [id: number, text: string][]): Response {
  const stream = events();
  for (const [id, text] of deltas) stream.send({ type: "reply.delta", text }, id);
  stream.end();
  return stream.response;
}
