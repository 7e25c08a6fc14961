import type { Client, ClientRequest } from "./client.js";
import type { operations, TokenAnswer } from "./generated/schema.js";
import { readJson } from "./problems.js";
import { samePerson, tokensOf } from "./tokens.js";

/** The name of every operation of the contract. */
export type OperationId = keyof operations;

type Simplify<T> = { [Key in keyof T]: T[Key] } & {};
type Given<T> = [T] extends [never] ? {} : T;
type Parameters<Id extends OperationId> = operations[Id]["parameters"];

/** Headers of requests, by the name they have in an input. */
interface HeaderNames {
  "Idempotency-Key": "idempotencyKey";
  "If-Match": "ifMatch";
  "If-None-Match": "ifNoneMatch";
  "Last-Event-ID": "lastEventId";
  Prefer: "prefer";
}
type Renamed<Headers> = { [Name in keyof Headers as Name extends keyof HeaderNames ? HeaderNames[Name] : Name]: Headers[Name] };

type JsonBody<Content> = Content extends { "application/json": infer Body } ? Body : never;
type Body<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer Content } }
  ? { body: JsonBody<Content> }
  : operations[Id] extends { requestBody?: { content: infer Content } }
    ? { body?: JsonBody<Content> }
    : {};

/**
 * What an operation takes: the parameters of its path and query by their names, its JSON as `body`, and of the headers
 * `idempotencyKey`, `ifMatch`, `ifNoneMatch` and `prefer`, each where the operation has it.
 */
export type Input<Id extends OperationId> = Simplify<
  Given<NonNullable<Parameters<Id>["path"]>> &
    Given<NonNullable<Parameters<Id>["query"]>> &
    Given<Renamed<NonNullable<Parameters<Id>["header"]>>> &
    (operations[Id] extends { requestBody?: never } ? {} : Body<Id>)
>;

type Success = 200 | 201 | 202 | 204 | 304;
type Responses<Id extends OperationId> = operations[Id]["responses"];
type Content<Response> = Response extends { content: { "application/json": infer Data } } ? Data : undefined;
type HeaderFields<Headers> = (Headers extends { ETag: string } ? { readonly etag: string } : {}) &
  (Headers extends { Location: string } ? { readonly location: string } : {}) &
  ("Idempotency-Replayed" extends keyof Headers ? { readonly replayed: boolean } : {});
type AnswerWith<Status, Response> = Response extends { headers: infer Headers }
  ? Simplify<{ readonly status: Status; readonly data: Content<Response>; readonly requestId: string } & HeaderFields<Headers>>
  : never;

/** An answer with its status and headers: a union by `status` where an operation has several successes. */
export type Answer<Id extends OperationId> = {
  [Status in keyof Responses<Id> & Success]: AnswerWith<Status, Responses<Id>[Status]>;
}[keyof Responses<Id> & Success];

/** What an operation answers with, `undefined` for those that answer nothing. */
export type Data<Id extends OperationId> = Exclude<Answer<Id>, { status: 304 }>["data"];

/** What every call takes beside its input. */
export interface CallOptions {
  /** Ends the call: its promise rejects with the signal's reason. What the service was asked for may happen all the same. */
  readonly signal?: AbortSignal;
}

type Arguments<In> = [keyof In] extends [never]
  ? [input?: Record<string, never>, options?: CallOptions]
  : {} extends In
    ? [input?: In, options?: CallOptions]
    : [input: In, options?: CallOptions];

/** One operation of the contract as a function. */
export interface Operation<Id extends OperationId> {
  /** Calls the operation and resolves with its data. */
  (client: Client, ...rest: Arguments<Omit<Input<Id>, "ifNoneMatch">>): Promise<Data<Id>>;
  /** Calls the operation and resolves with its data, its status and its headers. */
  answer(client: Client, ...rest: Arguments<Input<Id>>): Promise<Answer<Id>>;
}

/** What the contract says of an operation that a call must know. */
export interface Traits {
  /** No token is sent. */
  readonly open?: boolean;
  /** It takes an `Idempotency-Key`; one is made where the input has none. */
  readonly keyed?: boolean;
  /** The answer holds the tokens of a session, or the session is over with it. */
  readonly session?: "begins" | "ends";
}

/** An input as it is at run time. */
type Fields = Record<string, string | number | boolean | object | null | undefined>;

const headerNames: Readonly<Record<string, string>> = {
  idempotencyKey: "Idempotency-Key",
  ifMatch: "If-Match",
  ifNoneMatch: "If-None-Match",
  lastEventId: "Last-Event-ID",
  prefer: "Prefer",
};

/** Makes the function of an operation. The generated code calls it; its types come from there. */
export function operation<Id extends OperationId>(method: ClientRequest["method"], path: string, traits: Traits = {}): Operation<Id> {
  const answer = async (client: Client, input: Fields = {}, options: CallOptions = {}): Promise<Answer<Id>> => {
    const fields = traits.keyed ? { ...input, idempotencyKey: input["idempotencyKey"] ?? newKey() } : input;
    const target = address(path, fields);
    const held = traits.open ? null : await client.tokens.get();
    const response = await client.send({
      method,
      ...target,
      ...(input["body"] !== undefined && { body: JSON.stringify(input["body"]) }),
      ...(traits.open && { open: true }),
      // The service keeps keys of signed-in callers alone.
      repeatable: method === "GET" || method === "PUT" || (traits.keyed === true && held !== null),
      ...(options.signal && { signal: options.signal }),
    });
    const empty = response.status === 204 || response.status === 304;
    const data = empty ? undefined : await readJson(response, options.signal);
    if (traits.session === "begins") await client.tokens.set(tokensOf(data as object as TokenAnswer));
    if (traits.session === "ends") {
      const current = await client.tokens.get();
      if (!held || !current || samePerson(held, current)) await client.tokens.set(null);
    }
    return {
      status: response.status,
      data,
      requestId: response.headers.get("x-request-id") ?? "",
      etag: response.headers.get("etag") ?? "",
      location: response.headers.get("location") ?? "",
      replayed: response.headers.has("idempotency-replayed"),
    } as object as Answer<Id>;
  };
  const call = async (client: Client, input?: Fields, options?: CallOptions) => (await answer(client, input, options)).data;
  return Object.assign(call, { answer }) as object as Operation<Id>;
}

/** Puts an input into the address and the headers of a request. */
export function address(path: string, fields: Fields): { path: string; headers: Record<string, string> } {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let target = path;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || name === "body") continue;
    const header = headerNames[name];
    if (header) headers[header] = String(value);
    else if (target.includes(`{${name}}`)) target = target.replace(`{${name}}`, segment(name, String(value)));
    else query.set(name, String(value));
  }
  if (target.includes("{")) throw new TypeError(`The input lacks a part of the path ${target}.`);
  const search = query.toString();
  return { path: search ? `${target}?${search}` : target, headers };
}

/** A part of a path. Addresses are read anew on their way: an empty part, or dots, would name another resource. */
function segment(name: string, value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new TypeError(`The ${name} is ${JSON.stringify(value)}.`);
  return encodeURIComponent(value);
}

/** 128 random bits. `crypto.randomUUID` is missing on pages without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
