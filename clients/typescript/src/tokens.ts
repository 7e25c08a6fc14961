import type { TokenAnswer } from "./generated/schema.js";
import { UnexpectedAnswerError } from "./problems.js";

/** What a signed-in client holds. */
export interface Tokens {
  readonly accessToken: string;
  /** Null where somebody else renews the tokens: a 401 is then final. */
  readonly refreshToken: string | null;
  /** When the access token expires, in milliseconds since 1970 by this machine's clock; null where nobody knows. */
  readonly expiresAt: number | null;
  /** Whose they are, where that is known: what one person began is never sent again with the tokens of another. */
  readonly userId?: string;
}

/** Where tokens are kept. Both functions may be asynchronous. */
export interface TokenStore {
  get(): Tokens | null | Promise<Tokens | null>;
  /** Null forgets them. */
  set(tokens: Tokens | null): void | Promise<void>;
}

/** The part of `Storage` that `storedTokens` needs: `localStorage`, `sessionStorage` or your own. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps tokens in memory: whoever reloads the page signs in again. */
export function memoryTokens(initial: Tokens | null = null): TokenStore {
  let tokens = initial;
  return {
    get: () => tokens,
    set: (next) => {
      tokens = next;
    },
  };
}

/** Keeps tokens in a browser's storage, shared by its tabs. Every script of the page can read them there. */
export function storedTokens(storage: TextStorage, key = "lattice.tokens"): TokenStore {
  return {
    get: () => {
      try {
        const tokens = JSON.parse(storage.getItem(key) ?? "null") as Tokens | null;
        return typeof tokens?.accessToken === "string" ? tokens : null;
      } catch {
        return null; // somebody else's text
      }
    },
    set: (tokens) => {
      if (tokens) storage.setItem(key, JSON.stringify(tokens));
      else storage.removeItem(key);
    },
  };
}

/**
 * One access token that is never renewed, for a request that is handled on a server. A refresh token is good once: a
 * server component that spends it and cannot write the cookie would sign its user out.
 */
export function bearer(accessToken: string): TokenStore {
  return { get: () => ({ accessToken, refreshToken: null, expiresAt: null }), set: () => {} };
}

/** The tokens of an answer of signup, login or refresh. */
export function tokensOf(answer: Partial<TokenAnswer> | null): Tokens {
  const { access_token, refresh_token, expires_in, user } = answer ?? {};
  if (!access_token || !refresh_token || !expires_in) throw new UnexpectedAnswerError(200, "The answer holds no tokens.");
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: Date.now() + expires_in * 1000,
    ...(user && { userId: user.id }),
  };
}

/** Whether nothing says that two tokens are of two people. */
export function samePerson(one: Tokens, other: Tokens): boolean {
  return one.userId === undefined || other.userId === undefined || one.userId === other.userId;
}
