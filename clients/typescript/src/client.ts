import type { TokenAnswer } from "./generated/schema.js";
import { ConnectionError, isProblem, readJson, readRefusal, UnexpectedAnswerError } from "./problems.js";
import { memoryTokens, type TokenStore, tokensOf } from "./tokens.js";
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
  /** Called when the session has ended, before the call that found out rejects with `unauthorized`. */
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
/** Longer than this a refused caller is told instead of kept waiting. Milliseconds. */
const longestWait = 5_000;

/** Makes a client. It opens no connection and holds nothing that must be closed. */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const tokens = options.tokens ?? memoryTokens();
  const fetch = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init));
  /** The renewals under way, by the access token they replace. */
  const renewals = new Map<string, Promise<string | null>>();

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
  function renew(stale: string): Promise<string | null> {
    let renewal = renewals.get(stale);
    if (!renewal) {
      const locks = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
      renewal = (locks ? locks.request(`lattice.refresh ${baseUrl}`, () => trade(stale)) : trade(stale)).finally(() =>
        renewals.delete(stale),
      );
      renewals.set(stale, renewal);
    }
    return renewal;
  }

  /** The access token to use instead of a stale one; null where there is none and the session is over. */
  async function trade(stale: string): Promise<string | null> {
    const held = await tokens.get();
    if (!held) return null;
    if (held.accessToken !== stale) return held.accessToken;
    if (held.refreshToken === null) return null;
    const body = JSON.stringify({ refresh_token: held.refreshToken });
    const response = await exchange({ method: "POST", path: "/api/auth/refresh", body }, null);
    // Whoever signed in or out meanwhile has the last word.
    const current = (await tokens.get())?.accessToken;
    if (current !== stale) return current ?? null;
    if (response.ok) {
      const renewed = tokensOf((await readJson(response)) as TokenAnswer);
      await tokens.set(renewed);
      return renewed.accessToken;
    }
    const refusal = await readRefusal(response);
    if (!isProblem(refusal, "unauthorized")) throw refusal;
    await tokens.set(null);
    options.onSignedOut?.();
    return null;
  }

  async function authorised(request: ClientRequest): Promise<Response> {
    const held = request.open ? null : await tokens.get();
    let access = held?.accessToken ?? null;
    if (held?.refreshToken && held.expiresAt !== null && held.expiresAt - renewEarly < Date.now()) {
      access = await unlessAborted(renew(held.accessToken), request.signal);
    }
    const response = await exchange(request, access);
    if (response.status !== 401 || access === null) return response;
    const renewed = await unlessAborted(renew(access), request.signal);
    if (renewed === null || renewed === access) return response;
    await response.body?.cancel();
    return exchange(request, renewed);
  }

  async function send(request: ClientRequest): Promise<Response> {
    const retries = request.retries ?? options.retries ?? 2;
    for (let attempt = 0; ; attempt++) {
      let failure: Error;
      try {
        const response = await authorised(request);
        if (response.ok || response.status === 304) return response;
        failure = await readRefusal(response);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        failure = error;
      }
      const delay = attempt < retries ? delayBeforeRetry(request, failure, attempt) : null;
      if (delay === null) throw failure;
      await wait(delay, request.signal);
    }
  }

  return { tokens, send };
}

/** How long to wait before the request is sent again, in milliseconds; null where it must not be. */
function delayBeforeRetry(request: ClientRequest, failure: Error, attempt: number): number | null {
  if (isProblem(failure)) {
    switch (failure.code) {
      case "rate_limited": // refused before anything was done
        return failure.retryAfterMs <= longestWait ? failure.retryAfterMs + backOff(0, 100) : null;
      case "request_in_progress": // the same key, still worked on
        return backOff(attempt);
      case "unavailable":
        return request.repeatable ? backOff(attempt) : null;
      default:
        return null;
    }
  }
  if (!request.repeatable) return null;
  if (failure instanceof UnexpectedAnswerError && ![502, 503, 504].includes(failure.status)) return null; // no proxy's
  return backOff(attempt);
}
