import type { Client } from "./client.js";
import type { CallOptions, Data, Input, Operation, OperationId } from "./operation.js";

/** The operations that answer one page of a list. */
export type ListId = { [Id in OperationId]: Data<Id> extends Page ? Id : never }[OperationId];

interface Page {
  items: object[];
  nextCursor: string | null;
}

/** What one item of a list is. */
export type Item<Id extends ListId> = Data<Id> extends { items: (infer One)[] } ? One : never;

type ListInput<Id extends ListId> = Omit<Input<Id>, "ifNoneMatch">;
type ListArguments<Id extends ListId> = {} extends ListInput<Id>
  ? [input?: ListInput<Id>, options?: CallOptions]
  : [input: ListInput<Id>, options?: CallOptions];

/** A page, and a call that asks for one, as they are at run time. */
type Call = (client: Client, input: object, options: CallOptions) => Promise<Page>;

/**
 * Reads a list page by page, each when it is wanted, beginning after the input's `cursor` where it has one:
 * `for await (const page of pages(client, listChats, { limit: 50 }))`.
 */
export async function* pages<Id extends ListId>(
  client: Client,
  list: Operation<Id>,
  ...[input, options]: ListArguments<Id>
): AsyncGenerator<Data<Id>, void, void> {
  const call = list as object as Call;
  let fields: object = { ...input };
  for (;;) {
    const page = await call(client, fields, { ...options });
    yield page as object as Data<Id>;
    if (page.nextCursor === null) return;
    fields = { ...fields, cursor: page.nextCursor };
  }
}

/**
 * Reads every item of a list, page by page, each when it is wanted:
 * `for await (const chat of items(client, listChats, { q: "weekend" }))`.
 */
export async function* items<Id extends ListId>(
  client: Client,
  list: Operation<Id>,
  ...rest: ListArguments<Id>
): AsyncGenerator<Item<Id>, void, void> {
  for await (const page of pages(client, list, ...rest)) yield* (page as object as { items: Item<Id>[] }).items;
}
