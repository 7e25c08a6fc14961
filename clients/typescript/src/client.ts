import type { TokenAnswer } from "./generated/schema.js";
import { ConnectionError, isProblem, isProxys, readJson, readRefusal, UnexpectedAnswerError } from "./problems.js";
import { memoryTokens, samePerson, type Tokens, type TokenStore, tokensOf } from "./tokens.js";
import { backOff, unlessAborted, wait } from "./wait.js";

/** What a client is made of. */
export interface ClientOptions {
  /** Where the service is, such as `https://api.example.com`. */
  readonly baseUrl: string;
  /** Where tokens are kept; in memory by default. */
  readonly tokens?: TokenStore;
  /** Another `fetch`, such as one that sets options of a framework. */
  readonly fetch?: typeof globalThis.fetch;
  /** How often a request is tried again that may be: 2 by default, 0 never. */
  readonly retries?: number;
  /** Called when the service says that the session is over, before the call that found out rejects with `unauthorized`. */
  readonly onSignedOut?: () => void;
}

/** One request, as `Client.send` takes it. */
export interface ClientRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query, relative to `baseUrl`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  /** Send no token. */
  readonly open?: boolean;
  /** Whether a request that may have been carried out can be sent again. */
  readonly repeatable?: boolean;
  /** Overrides `ClientOptions.retries`. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

/** A connection to the service, on behalf of one person or nobody. Operations take it as their first argument. */
export interface Client {
  readonly tokens: TokenStore;
  /**
   * Sends a request with the token, renewed where needed, and tries again where that can do no harm. Resolves with a
   * success or a 304, rejects with a `LatticeError` or the signal's reason.
   */
  send(request: ClientRequest): Promise<Response>;
}

/** The parts of `navigator` that keep tabs from spending one refresh token twice. */
interface Locks {
  request<T>(name: string, callback: () => Promise<T>): Promise<T>;
}

/** Access tokens are renewed this long before they expire. Milliseconds. */
const renewEarly = 10_000;
/** A renewal that takes longer is given up. The service answers it again for three times as long. Milliseconds. */
const renewalTime = 10_000;
/** Longer than this a refused caller is told instead of kept waiting. Milliseconds. */
const longestWait = 5_000;

/** A renewal that failed. Nothing was done of the request that wanted it. */
class RenewalError extends Error {
  constructor(readonly failure: Error) {
    super(failure.message);
  }
}

/** Makes a client. It opens no connection and holds nothing that must be closed. */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const tokens = options.tokens ?? memoryTokens();
  const fetch = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init));
  /** The renewals under way, by the access token they replace. */
  const renewals = new Map<string, Promise<Tokens | null>>();

  async function exchange(request: ClientRequest, access: string | null): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", ...request.headers };
    if (request.body !== undefined) headers["Content-Type"] = "application/json";
    if (access !== null) headers["Authorization"] = `Bearer ${access}`;
    try {
      return await fetch(baseUrl + request.path, {
        method: request.method,
        headers,
        ...(request.body !== undefined && { body: request.body }),
        ...(request.signal && { signal: request.signal }),
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw new ConnectionError("The service could not be reached.", { cause: error });
    }
  }

  /** Trades the refresh token, once for all who hold the same stale access token, in this page and in its other tabs. */
  function renew({ accessToken: stale, userId = "" }: Tokens): Promise<Tokens | null> {
    let renewal = renewals.get(stale);
    if (!renewal) {
      const locks = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
      // The person is in the name for servers, which have locks too: one that waits holds up nobody else there.
      const name = `lattice.refresh ${baseUrl} ${userId}`;
      renewal = (locks ? locks.request(name, () => trade(stale)) : trade(stale))
        .catch((error: Error) => {
          throw new RenewalError(error);
        })
        .finally(() => renewals.delete(stale));
      renewals.set(stale, renewal);
    }
    return renewal;
  }

  /** The tokens to use instead of a stale one; null where there are none and the session is over. */
  async function trade(stale: string): Promise<Tokens | null> {
    const held = await tokens.get();
    if (held?.accessToken !== stale || held.refreshToken === null) return held?.accessToken === stale ? null : held;
    const body = JSON.stringify({ refresh_token: held.refreshToken });
    const answer = await inTime(renewalTime, async (signal) => {
      const response = await exchange({ method: "POST", path: "/api/auth/refresh", body, signal }, null);
      return response.ok ? tokensOf((await readJson(response, signal)) as TokenAnswer) : readRefusal(response, signal);
    });
    // Whoever signed in or out meanwhile has the last word.
    const current = await tokens.get();
    if (current?.accessToken !== stale) return current;
    if (!(answer instanceof Error)) {
      await tokens.set(answer);
      return answer;
    }
    if (!isProblem(answer, "unauthorized")) throw answer;
    await tokens.set(null);
    options.onSignedOut?.();
    return null;
  }

  /** The token that a request goes on with instead of a stale one; null where there is none of the same person. */
  async function instead(stale: Tokens, signal: AbortSignal | undefined): Promise<string | null> {
    const renewed = await unlessAborted(renew(stale), signal);
    return renewed && samePerson(stale, renewed) ? renewed.accessToken : null;
  }

  /** Sends a request for the person who began it, whoever signs in or out meanwhile. */
  async function authorised(request: ClientRequest, begun: Tokens | null): Promise<Response> {
    let held = request.open ? null : await tokens.get();
    if (begun && !(held && samePerson(begun, held))) held = begun;
    if (!held) return exchange(request, null);
    let access = held.accessToken;
    if (held.refreshToken && held.expiresAt !== null && held.expiresAt - renewEarly < Date.now()) {
      // Without another one the stale one is refused, where no token at all might be let through as nobody's.
      access = (await instead(held, request.signal)) ?? access;
    }
    const response = await exchange(request, access);
    if (response.status !== 401) return response;
    const renewed = await instead({ ...held, accessToken: access }, request.signal);
    if (renewed === null || renewed === access) return response;
    await response.body?.cancel();
    return exchange(request, renewed);
  }

  async function send(request: ClientRequest): Promise<Response> {
    const retries = request.retries ?? options.retries ?? 2;
    const begun = request.open ? null : await tokens.get();
    for (let attempt = 0; ; attempt++) {
      let failure: Error;
      let { repeatable } = request;
      try {
        const response = await authorised(request, begun);
        if (response.ok || response.status === 304) return response;
        failure = await readRefusal(response, request.signal);
      } catch (error) {
        failure = error as Error;
        if (failure instanceof RenewalError) {
          failure = failure.failure;
          repeatable = true;
        } else if (!(failure instanceof ConnectionError)) throw failure;
      }
      const delay = attempt < retries ? delayBeforeRetry(failure, repeatable === true, attempt) : null;
      if (delay === null) throw failure;
      await wait(delay, request.signal);
    }
  }

  return { tokens, send };
}

/** How long to wait before a request is sent again, in milliseconds; null where it must not be. */
function delayBeforeRetry(failure: Error, repeatable: boolean, attempt: number): number | null {
  const later = (ms: number | null) => {
    if (ms === null) return backOff(attempt);
    return ms <= longestWait ? ms + backOff(0, 100) : null;
  };
  if (isProblem(failure)) {
    switch (failure.code) {
      case "rate_limited": // refused before anything was done
        return later(failure.retryAfterMs);
      case "request_in_progress": // the same key, still worked on
        return backOff(attempt);
      case "unavailable":
        return repeatable ? later(failure.retryAfterMs) : null;
      default:
        return null;
    }
  }
  if (!repeatable) return null;
  if (failure instanceof UnexpectedAnswerError) return isProxys(failure) ? later(failure.retryAfterMs) : null;
  return failure instanceof ConnectionError ? backOff(attempt) : null;
}

/** Does a thing that is given up, as a broken connection, when it takes too long. */
async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new ConnectionError("The service did not answer in time.")), ms);
  try {
    return await unlessAborted(work(late.signal), late.signal);
  } finally {
    clearTimeout(timer);
  }
}
