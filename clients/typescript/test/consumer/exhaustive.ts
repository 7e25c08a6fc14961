// Compiled against the built package under every TypeScript it promises, with the libraries' own types checked. A code or
// a kind of drawer that is new in the contract does not compile here until it stands in its switch.
import {
  type Answer,
  type Client,
  createClient,
  type Data,
  type DrawerData,
  formatMoney,
  getChat,
  getHealth,
  getSettings,
  type HintStreamEvent,
  type Input,
  isProblem,
  items,
  type LatticeError,
  listChats,
  listMessages,
  logout,
  type Message,
  type ProblemCode,
  type ReplyStreamEvent,
  sendMessage,
  startOnboarding,
  streamReply,
} from "@lattice-money/client";

export const client: Client = createClient({ baseUrl: "https://lattice.test" });

export function handle(error: LatticeError): string {
  switch (error.name) {
    case "ConnectionError":
      return error.message;
    case "UnexpectedAnswerError":
      return String(error.status);
    case "ProblemError":
      return error.code;
    default:
      return error satisfies never;
  }
}

export function explain(code: ProblemCode): string {
  switch (code) {
    case "malformed_request":
    case "unauthorized":
    case "invalid_signature":
    case "invalid_credentials":
    case "forbidden":
    case "not_found":
    case "method_not_allowed":
    case "not_acceptable":
    case "conflict":
    case "email_taken":
    case "unsettled_balance":
    case "request_in_progress":
    case "proposal_expired":
    case "proposal_closed":
    case "precondition_failed":
    case "payload_too_large":
    case "unsupported_media_type":
    case "invalid_request":
    case "idempotency_key_reused":
    case "split_mismatch":
    case "rate_limited":
    case "internal":
    case "unavailable":
      return code;
    default:
      return code satisfies never;
  }
}

export function drawer(data: DrawerData): string {
  switch (data.kind) {
    case "card":
      return formatMoney(data.recommended.reward);
    case "split":
      return data.shares.map((share) => share.name).join();
    case "tracker":
      return data.advice;
    default:
      return data satisfies never;
  }
}

export async function narrow(): Promise<void> {
  try {
    await logout(client);
  } catch (error) {
    if (isProblem(error, "rate_limited")) error.retryAfterMs.toFixed();
    if (!isProblem(error)) throw error;
    if (error.code === "split_mismatch") error.problem.suggestedShares?.length;
    // @ts-expect-error only a split_mismatch suggests shares
    else error.problem.suggestedShares.length;
    // @ts-expect-error no problem has this code
    if (error.code === "no_such_code") return;
  }
}

export async function calls(): Promise<void> {
  const turn = await sendMessage(client, { chatId: "c", body: { content: "?" }, idempotencyKey: "k", prefer: "wait=5" });
  const reply: Message | null = turn.aiMessage;
  if (reply?.drawerData) drawer(reply.drawerData);
  await startOnboarding(client);
  await startOnboarding(client, { body: { product: "card_switcher", cardId: "c" } });
  await getHealth(client, {}, { signal: new AbortController().signal });
  const answer = await getChat.answer(client, { chatId: "c", ifNoneMatch: '"1"' });
  if (answer.status === 304) {
    const nothing: undefined = answer.data;
    void nothing;
  } else {
    const title: string = answer.data.title;
    void title;
  }
  const nothing: undefined = await logout(client);
  void nothing;
  for await (const chat of items(client, listChats)) chat.title.trim();
  for await (const message of items(client, listMessages, { chatId: "c", limit: 50 })) message.content.trim();
  for await (const event of streamReply(client, { chatId: "c", messageId: "m", after: 3 })) event.id.toFixed();

  // @ts-expect-error the chat is missing
  await getChat(client, {});
  // @ts-expect-error the content is missing
  await sendMessage(client, { chatId: "c", body: {} });
  // @ts-expect-error a 304 has no data to resolve with
  await getChat(client, { chatId: "c", ifNoneMatch: '"1"' });
  // @ts-expect-error it is no list
  items(client, getSettings);
  // @ts-expect-error it takes nothing of the kind
  await getHealth(client, { limit: 1 });
}

export type Checked = [
  Input<"sendMessage">["body"]["content"],
  Data<"listChats">["items"][number]["title"],
  Extract<Answer<"sendMessage">, { status: 202 }>["location"],
  ReplyStreamEvent["id"],
  HintStreamEvent["type"],
];
export const checked: Checked = ["", "", "", 1, "stream.resync"];
