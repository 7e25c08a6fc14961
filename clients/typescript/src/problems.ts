import { problemCodes } from "./generated/names.js";
import type { Problem, ProblemCode } from "./generated/schema.js";

/** What only a `split_mismatch` tells. */
type SplitDetails = "sum" | "difference" | "suggestedShares" | "suggestedPaidBy";

/** A problem (RFC 9457) with one code, and the details that problems with that code have. */
export type ProblemOf<Code extends ProblemCode> = Omit<Problem, SplitDetails | "code"> & { code: Code } & (Code extends "split_mismatch"
    ? Pick<Problem, SplitDetails>
    : { [Detail in SplitDetails]?: never });

/** Fields every refusal has. */
interface Refusal<Code extends ProblemCode> extends Error {
  readonly name: "ProblemError";
  readonly code: Code;
  /** The HTTP status. */
  readonly status: number;
  /** The whole problem; its `detail`, a sentence for people, is the `message` too. */
  readonly problem: ProblemOf<Code>;
  /** Milliseconds until the next try makes sense; null where the service did not say. Known for `rate_limited`. */
  readonly retryAfterMs: Code extends "rate_limited" ? number : number | null;
}

/** The service refused. Switch on `code` to know why; the union covers every code of the contract. */
export type ProblemError = { [Code in ProblemCode]: Refusal<Code> }[ProblemCode];

/** The error a refusal of one code is. */
export type ProblemErrorOf<Code extends ProblemCode> = Refusal<Code>;

/** The answer did not arrive: no network, no server, or a connection that broke. The request may have been carried out. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Something answered that is not this contract: a proxy, another service, or a version of it that is too new. */
export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";
  /** The HTTP status. */
  readonly status: number;
  /** Milliseconds until the next try makes sense; null where nobody said. */
  readonly retryAfterMs: number | null;

  constructor(status: number, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Everything the calls of this package throw, beside the reason of an `AbortSignal`. */
export type LatticeError = ProblemError | ConnectionError | UnexpectedAnswerError;

class ProblemErrorClass extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly status: number;
  readonly problem: Problem;
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, status: number, retryAfterMs: number | null) {
    super(problem.detail);
    this.code = problem.code;
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs ?? (problem.code === "rate_limited" ? 1000 : null);
  }
}

/** Whether something that was caught is a refusal by the service. */
export function isProblem<Caught>(caught: Caught): caught is Caught & ProblemError;
/** Whether something that was caught is a refusal by the service with this code. */
export function isProblem<Caught, Code extends ProblemCode>(caught: Caught, code: Code): caught is Caught & ProblemErrorOf<Code>;
export function isProblem<Caught>(caught: Caught, code?: ProblemCode): boolean {
  return caught instanceof ProblemErrorClass && (code === undefined || caught.code === code);
}

/** Whether something that was caught is an error of this package. */
export function isLatticeError<Caught>(caught: Caught): caught is Caught & LatticeError {
  return caught instanceof ProblemErrorClass || caught instanceof ConnectionError || caught instanceof UnexpectedAnswerError;
}

/** Whether an answer is the word of a proxy for a service that restarts or is asked too often. */
export function isProxys(error: UnexpectedAnswerError): boolean {
  return [429, 502, 503, 504].includes(error.status);
}

/** Reads the refusal out of an answer that is none of success. */
export async function readRefusal(response: Response, signal?: AbortSignal): Promise<ProblemError | UnexpectedAnswerError> {
  const text = await response.text().catch((cause: Error) => {
    signal?.throwIfAborted();
    throw new ConnectionError("The answer was cut off.", { cause });
  });
  const problem = response.headers.get("content-type")?.startsWith("application/problem+json") ? parseProblem(text) : null;
  const later = retryAfterMs(response);
  if (!problem) return new UnexpectedAnswerError(response.status, `The answer ${response.status} is none of the contract.`, later);
  return new ProblemErrorClass(problem, response.status, later) as ProblemError;
}

/** Reads the JSON of an answer of success. */
export async function readJson(response: Response, signal?: AbortSignal): Promise<object> {
  try {
    return (await response.json()) as object;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SyntaxError) throw new UnexpectedAnswerError(response.status, "The answer is no JSON.");
    throw new ConnectionError("The answer was cut off.", { cause: error });
  }
}

function parseProblem(text: string): Problem | null {
  try {
    const value = JSON.parse(text) as Problem | null;
    return value && problemCodes.includes(value.code) && typeof value.detail === "string" ? value : null;
  } catch {
    return null;
  }
}

/** The contract has seconds; proxies also send dates (RFC 9110, section 10.2.3). */
function retryAfterMs(response: Response): number | null {
  const value = response.headers.get("retry-after");
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
