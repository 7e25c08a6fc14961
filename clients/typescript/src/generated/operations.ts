// Written by scripts/generate.mjs from openapi.yaml. Do not edit.

import { type Operation, operation } from "../operation.js";
import { type StreamOperation, stream } from "../stream.js";

/**
 * Create an account and sign in.
 *
 * Anyone may call it. Creates the user, their settings, a session and a personal chat with a greeting, all in
 * one transaction, and answers the tokens of the new session.
 */
export const signup: Operation<"signup"> = /* @__PURE__ */ operation("POST", "/api/auth/signup", {"open":true,"session":"begins"});

/**
 * Sign in.
 *
 * Anyone may call it. Opens a new session. Takes JSON, or the OAuth 2 password form so that the Authorize
 * button of Swagger UI works. An unknown e-mail and a wrong password get the same answer after the same work.
 */
export const login: Operation<"login"> = /* @__PURE__ */ operation("POST", "/api/auth/login", {"open":true,"session":"begins"});

/**
 * Trade a refresh token for new tokens.
 *
 * Anyone who holds a refresh token may call it. The token is spent and a new one answered, for the same
 * session, which ends 30 days after signing in however often it is refreshed. An answer that was lost may be
 * asked for again: for 30 seconds the spent token is answered with yet another one, which takes the place of
 * the one that was lost. Using a token later than that, after the one it was answered with was used, or one
 * whose place was taken, ends the session (401), since one of its two holders is a thief or a broken client. So
 * keep the last answer, and send one refresh at a time.
 */
export const refreshToken: Operation<"refreshToken"> = /* @__PURE__ */ operation("POST", "/api/auth/refresh", {"open":true,"session":"begins"});

/**
 * Sign out.
 *
 * Any signed-in user. Ends the session of the token at once; its access and refresh tokens are refused from
 * then on.
 */
export const logout: Operation<"logout"> = /* @__PURE__ */ operation("POST", "/api/auth/logout", {"session":"ends"});

/**
 * Who is signed in.
 *
 * Any signed-in user. Answers the user, the session of the token and the state of the integrations. Changes
 * nothing.
 */
export const getSession: Operation<"getSession"> = /* @__PURE__ */ operation("GET", "/api/session");

/**
 * Begin linking merchant accounts.
 *
 * Anyone may call it, signed in or not. Opens a link session for the browser SDK. Without a token the session
 * is anonymous: `claimToken` is answered once and a user who signs up later claims the session with it. With
 * `product: card_switcher` the session puts a card on file at a merchant, and wants a `cardId` of the caller's
 * own.
 */
export const startOnboarding: Operation<"startOnboarding"> = /* @__PURE__ */ operation("POST", "/api/onboarding/start", {"keyed":true});

/**
 * Store what was linked.
 *
 * Any signed-in user, for their own session or an anonymous one they hold the claim token of. Reads the linked
 * accounts back from the vendor, stores them with their orders and moves the onboarding status. Calling it
 * again links nothing twice. An expired session, or one that is not yours, is a 404. While the vendor does not
 * answer it is a 503; the session stays open, and what was linked is stored by a later call.
 */
export const completeOnboarding: Operation<"completeOnboarding"> = /* @__PURE__ */ operation("POST", "/api/onboarding/complete");

/**
 * Keep an open link session open longer.
 *
 * Whose session it is, or anyone who holds the claim token of an anonymous one. The browser SDK asks for it
 * shortly before a session ends; the session is open for another half hour then. One that is over, completed,
 * or not yours, is a 404.
 */
export const extendOnboarding: Operation<"extendOnboarding"> = /* @__PURE__ */ operation("POST", "/api/onboarding/extend");

/**
 * The merchants that can be linked.
 *
 * Anyone may call it, signed in or not; answers the merchants whose accounts can be linked, by name. Changes
 * nothing.
 */
export const listMerchants: Operation<"listMerchants"> = /* @__PURE__ */ operation("GET", "/api/merchants");

/**
 * My chats, newest activity first.
 *
 * Any signed-in user; answers the chats they are a member of, solo and group. Changes nothing.
 */
export const listChats: Operation<"listChats"> = /* @__PURE__ */ operation("GET", "/api/chats");

/**
 * Open a new solo chat.
 *
 * Any signed-in user. Creates a chat with the co-pilot in which the caller is the only person.
 */
export const createChat: Operation<"createChat"> = /* @__PURE__ */ operation("POST", "/api/chats", {"keyed":true});

/**
 * A chat with its members and newest messages.
 *
 * Members of the chat. Answers the newest 50 messages, newest last; `nextCursor` pages older ones through
 * `listMessages`. Changes nothing.
 */
export const getChat: Operation<"getChat"> = /* @__PURE__ */ operation("GET", "/api/chats/{chatId}");

/**
 * Change the title or the policy of a chat.
 *
 * A solo chat: its user. The chat of a group: the owner and admins of the group, members get a 403; its title
 * is the name of the group. JSON Merge Patch (RFC 7396). `If-Match` compares the version of title and policy
 * alone: a message sent meanwhile refuses no change. The members are told by `chat.updated`.
 */
export const updateChat: Operation<"updateChat"> = /* @__PURE__ */ operation("PATCH", "/api/chats/{chatId}");

/**
 * Delete a chat.
 *
 * A solo chat: its user; it is gone at once and for good, with all its messages, and a reply that is being made
 * ends. The chat of a group: the owner of the group, others in it get a 403; this deletes the group as
 * `deleteGroup` does, who can bring it back for 30 days.
 */
export const deleteChat: Operation<"deleteChat"> = /* @__PURE__ */ operation("DELETE", "/api/chats/{chatId}");

/**
 * Messages of a chat, newest first.
 *
 * Members of the chat. Pages backwards through everything that was said. Changes nothing.
 */
export const listMessages: Operation<"listMessages"> = /* @__PURE__ */ operation("GET", "/api/chats/{chatId}/messages");

/**
 * Say something and get the reply.
 *
 * Members of the chat. Stores the message and its pending reply in one transaction, then waits for the reply up
 * to the server's limit (`Prefer: wait=N` shortens it) and answers 201. When the reply is not finished in time,
 * or with `Prefer: respond-async`, it answers 202 and the reply goes on; leaving never stops it. In a group
 * where the co-pilot is not addressed, and where the caller has switched it off in their settings, `aiMessage`
 * is null. Card numbers and security codes are masked before anything is stored.
 */
export const sendMessage: Operation<"sendMessage"> = /* @__PURE__ */ operation("POST", "/api/chats/{chatId}/messages", {"keyed":true});

/**
 * One message.
 *
 * Members of the chat. Changes nothing.
 */
export const getMessage: Operation<"getMessage"> = /* @__PURE__ */ operation("GET", "/api/chats/{chatId}/messages/{messageId}");

/**
 * Say it differently.
 *
 * The person who wrote the message, while it is the newest of the chat that a person wrote. The message keeps
 * its id, its former text goes into `versions`, and a new reply takes the place of the old one, where the
 * co-pilot answers. Waits for the reply like `sendMessage`. While the reply to it is still being made it
 * answers 409: stop it first.
 */
export const editMessage: Operation<"editMessage"> = /* @__PURE__ */ operation("PATCH", "/api/chats/{chatId}/messages/{messageId}");

/**
 * Watch a reply being made.
 *
 * Members of the chat, for a message of the co-pilot. Server-sent events with `id` 1, 2, 3 and so on within
 * this reply: `reply.started`, `reply.thinking`, `reply.drawer`, `reply.delta`, then exactly one of
 * `reply.completed`, `reply.stopped` and `reply.failed`, after which the stream ends. `Last-Event-ID` or
 * `after` continues after that number, while the reply is made and for ever after, with the same numbers and
 * bytes. The deltas joined are the `content`. A comment comes every 15 seconds. Without a number:
 * `stream.reconnect` when the server stops. Once nothing is left to tell, the stream ends with the comment `:
 * end`, also for a reader that has the last event already; one that ends without it was cut off, unless
 * `wait=0` asked for what exists. Leaving stops nothing.
 */
export const streamReply: StreamOperation<"streamReply"> = /* @__PURE__ */ stream("/api/chats/{chatId}/messages/{messageId}/stream", ["reply.started","reply.thinking","reply.drawer","reply.delta","reply.completed","reply.stopped","reply.failed","stream.reconnect","stream.resync"]);

/**
 * Stop a reply.
 *
 * Members of the chat. Ends this reply, and no other, with what was written so far. Stopping one that has ended
 * changes nothing and answers it as it ended.
 */
export const stopReply: Operation<"stopReply"> = /* @__PURE__ */ operation("POST", "/api/chats/{chatId}/messages/{messageId}/stop");

/**
 * Ask for another reply.
 *
 * Members of the chat, for the newest reply of the chat once it has ended. Answers a new message of the
 * co-pilot with its own id and stream, which takes the old one's place in the lists and names it in `versions`;
 * the old one stays readable by its id. Waits for the reply like `sendMessage`. Answers 409 where the caller,
 * or whoever asked, has switched the co-pilot off in their settings.
 */
export const regenerateReply: Operation<"regenerateReply"> = /* @__PURE__ */ operation("POST", "/api/chats/{chatId}/messages/{messageId}/regenerate", {"keyed":true});

/**
 * Say whether a reply was good.
 *
 * Members of the chat, each for themselves, for an ended reply of the co-pilot. A second time replaces the
 * first.
 */
export const setFeedback: Operation<"setFeedback"> = /* @__PURE__ */ operation("PUT", "/api/chats/{chatId}/messages/{messageId}/feedback");

/**
 * I have read up to here.
 *
 * Members of the chat, for themselves. Moves forward only; a position past the end means the end.
 */
export const markRead: Operation<"markRead"> = /* @__PURE__ */ operation("POST", "/api/chats/{chatId}/read");

/**
 * Everything new in all my chats and in my insights.
 *
 * Any signed-in user. Server-sent events that carry ids only: whoever gets one reads again what they show.
 * Begins with `stream.resync`, because what happened before is not told; the same comes when the reader fell
 * behind. A comment comes every 15 seconds, `stream.reconnect` when the server stops. `wait=0` answers what
 * there is and ends.
 */
export const streamEvents: StreamOperation<"streamEvents"> = /* @__PURE__ */ stream("/api/events", ["message.created","reply.started","reply.completed","chat.updated","alert.fired","member.joined","insight.created","account.updated","card_switch.requested","stream.reconnect","stream.resync"]);

/**
 * What an answer offers to do.
 *
 * Members of the chat it was made in. Changes nothing.
 */
export const getProposal: Operation<"getProposal"> = /* @__PURE__ */ operation("GET", "/api/proposals/{proposalId}");

/**
 * Do what was proposed.
 *
 * The person it was made for; a split any member of the group. Writes the card choice, the expense or the price
 * alert, once: who confirms again gets the same answer. Who may is checked again. Within 7 days.
 */
export const confirmProposal: Operation<"confirmProposal"> = /* @__PURE__ */ operation("POST", "/api/proposals/{proposalId}/confirm", {"keyed":true});

/**
 * Never mind.
 *
 * The person it was made for; a split any member of the group. Closes the proposal without doing anything;
 * dismissing it again changes nothing.
 */
export const dismissProposal: Operation<"dismissProposal"> = /* @__PURE__ */ operation("POST", "/api/proposals/{proposalId}/dismiss", {"keyed":true});

/**
 * Take back what was confirmed.
 *
 * The person who confirmed it, within 10 minutes. Restores exactly what was there before; refused where others
 * have changed it since. Undoing again changes nothing.
 */
export const undoProposal: Operation<"undoProposal"> = /* @__PURE__ */ operation("POST", "/api/proposals/{proposalId}/undo", {"keyed":true});

/**
 * My groups, newest activity first.
 *
 * Any signed-in user; answers the groups they are an active member of, or with `deleted=true` those they have
 * deleted and can still bring back (see `deleteGroup`). Changes nothing.
 */
export const listGroups: Operation<"listGroups"> = /* @__PURE__ */ operation("GET", "/api/groups");

/**
 * Create a group.
 *
 * Any signed-in user, who becomes the owner. Creates the group and its chat, and an invitation for each e-mail,
 * which is mailed; nobody joins without accepting, and the answer does not tell whether an address has an
 * account.
 */
export const createGroup: Operation<"createGroup"> = /* @__PURE__ */ operation("POST", "/api/groups", {"keyed":true});

/**
 * One group.
 *
 * Members of the group. Changes nothing.
 */
export const getGroup: Operation<"getGroup"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}");

/**
 * Change a group, or bring a deleted one back.
 *
 * The owner and admins of the group; members get a 403. JSON Merge Patch (RFC 7396): what is absent stays, what
 * is given is set. A new `currency` is that of `totalSpend` from then on; nothing is converted, what was spent
 * in other currencies stands in `otherTotals`. `deletedAt: null` brings a deleted group back with everybody and
 * everything in it, for its owner within 30 days of `deleteGroup`; for a group that is not deleted it means
 * nothing. `If-Match` compares the version of name, policy and currency alone: a message sent meanwhile refuses
 * no change. The members are told by `chat.updated`.
 */
export const updateGroup: Operation<"updateGroup"> = /* @__PURE__ */ operation("PATCH", "/api/groups/{groupId}");

/**
 * Delete a group.
 *
 * The owner of the group; others in it get a 403. The group and its chat are gone for everybody at once, and
 * their invitations let nobody in. For 30 days the owner still finds it in `listGroups` with `deleted=true` and
 * can bring it back, as it was, by `updateGroup` with `deletedAt: null`; then it is deleted with everything in
 * it.
 */
export const deleteGroup: Operation<"deleteGroup"> = /* @__PURE__ */ operation("DELETE", "/api/groups/{groupId}");

/**
 * Change a role, or whether I share my purchases.
 *
 * Members of the group. `role` is set by the owner and, between `admin` and `member`, by admins; others get a
 * 403. The owner who gives the role `owner` to another member hands the group over and becomes an admin.
 * `sharesPurchases` is for every member alone to say: anyone else gets a 403, the owner too. While it is false,
 * none of the member's purchases reach the group: not its totals, not its receipts, not what the co-pilot says
 * there. It is false on joining, holds for this group alone and takes effect at once: a reply that is being
 * made tells no more of them. What was said before stays said. JSON Merge Patch. The members are told by
 * `chat.updated`.
 */
export const updateMember: Operation<"updateMember"> = /* @__PURE__ */ operation("PATCH", "/api/groups/{groupId}/members/{userId}");

/**
 * Leave a group, or remove somebody.
 *
 * Members of the group for themselves, which is leaving; the owner for anybody else, admins for those who are
 * neither. The owner cannot leave before handing the group over (409 `conflict`). Who owes or is owed something
 * gets a 409 `unsettled_balance` that says how much, unless `acknowledgeUnsettled=true`; what is owed stays in
 * the ledger. The member's receipts leave with them. Who was removed by others cannot come back by an
 * invitation of before, and the invitations they made are revoked. The members are told by `chat.updated`, the
 * one who leaves too.
 */
export const removeMember: Operation<"removeMember"> = /* @__PURE__ */ operation("DELETE", "/api/groups/{groupId}/members/{userId}");

/**
 * The invitations of a group, newest first.
 *
 * The owner and admins of the group; members get a 403. Open invitations and ended ones, never their tokens.
 * Changes nothing.
 */
export const listInvites: Operation<"listInvites"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}/invites");

/**
 * Invite somebody.
 *
 * The owner and admins of the group; members get a 403. With `email` the invitation is mailed to that address
 * and lets in the user with that address alone, once, whether they have an account yet or not; it takes the
 * place of an earlier one to the same address. Without, it is a link for whoever has its token, `maxUses`
 * times. The `token` is shown here and never again, also not to a repeat with the same Idempotency-Key; only
 * its hash is kept. An invitation ends after 14 days or at `expiresAt`. A group has at most 100 open ones
 * (409). Whether an address has an account is not told.
 */
export const createInvite: Operation<"createInvite"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/invites", {"keyed":true});

/**
 * Revoke an invitation.
 *
 * The owner and admins of the group; members get a 403. The invitation lets nobody in any more; who has joined
 * by it stays. Revoking again changes nothing.
 */
export const revokeInvite: Operation<"revokeInvite"> = /* @__PURE__ */ operation("DELETE", "/api/groups/{groupId}/invites/{inviteId}");

/**
 * Join a group by an invitation.
 *
 * Any signed-in user; people without an account sign up first. Makes the caller a member with the role of the
 * invitation, who shares no purchases, and uses the invitation up once. An invitation to an address is good for
 * the user with that address alone. Who is a member already stays what they are, and nothing is used up. A
 * token that is unknown, spent, revoked, expired or somebody else's gets the same 404. The members are told by
 * `member.joined` and `chat.updated`.
 */
export const acceptInvite: Operation<"acceptInvite"> = /* @__PURE__ */ operation("POST", "/api/invites/accept", {"keyed":true});

/**
 * What the group spent, newest day first.
 *
 * Members of the group. Answers the expenses that stand, or with `status=deleted` those that can be restored.
 * Changes nothing.
 */
export const listExpenses: Operation<"listExpenses"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}/expenses");

/**
 * Write down what was paid and who carries it.
 *
 * Members of the group. Writes an expense, which from then on counts in the balances; everybody in it is a
 * member. Who carries what is computed: `equal` without `shares` covers the active members, `shares` takes
 * weights, `percentages` percents that make 100, `amounts` sums that make the total, `items` what each had,
 * with whatever lies between the items and the total in proportion. What does not add up is refused with `sum`,
 * `difference` and a proposal that would do. A total below zero is a refund.
 */
export const createExpense: Operation<"createExpense"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/expenses", {"keyed":true});

/**
 * One expense with its history.
 *
 * Members of the group. Answers a deleted one too. Changes nothing.
 */
export const getExpense: Operation<"getExpense"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}/expenses/{expenseId}");

/**
 * Change an expense.
 *
 * Members of the group. JSON Merge Patch (RFC 7396): what is absent stays, null clears, what is given is set;
 * lists are set as a whole. The shares are computed anew, and one single payer goes on having paid all of it.
 * Who changed what stands in the history. Payments that were made stay as they are. With `If-Match` only that
 * version is changed.
 */
export const updateExpense: Operation<"updateExpense"> = /* @__PURE__ */ operation("PATCH", "/api/groups/{groupId}/expenses/{expenseId}");

/**
 * Take an expense out of the balances.
 *
 * Members of the group. The expense no longer counts, and payments that marked its shares paid are voided with
 * it; both come back with restoreExpense. Deleting again changes nothing. With `If-Match` only that version is
 * deleted.
 */
export const deleteExpense: Operation<"deleteExpense"> = /* @__PURE__ */ operation("DELETE", "/api/groups/{groupId}/expenses/{expenseId}");

/**
 * Let a deleted expense count again.
 *
 * Members of the group. Brings the expense back as it was, with the payments that were voided with it.
 * Restoring again changes nothing.
 */
export const restoreExpense: Operation<"restoreExpense"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/expenses/{expenseId}/restore", {"keyed":true});

/**
 * Mark one share of an expense paid, or not.
 *
 * Only whoever paid the expense, also a part of it. `paid` records a confirmed settlement of exactly what the
 * share still owes, to the payers in proportion to what they paid, with its `expenseId`; `pending` voids what
 * was so recorded. Setting what is set changes nothing. What a payer's own share owes nobody cannot be pending.
 */
export const setShareStatus: Operation<"setShareStatus"> = /* @__PURE__ */ operation("PUT", "/api/groups/{groupId}/expenses/{expenseId}/shares/{userId}");

/**
 * Who owes whom.
 *
 * Members of the group. Counts expenses and confirmed settlements, one balance per currency. `asIs` are the
 * debts between each two people; `simplified` leaves nobody owing in at most one payment less than there are
 * people, and paying one of them leaves the others as they are. The nets of a currency add up to zero. Changes
 * nothing.
 */
export const getBalances: Operation<"getBalances"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}/balances");

/**
 * Payments between members, newest first.
 *
 * Members of the group; all payments of the group, proposed and voided ones too. Changes nothing.
 */
export const listSettlements: Operation<"listSettlements"> = /* @__PURE__ */ operation("GET", "/api/groups/{groupId}/settlements");

/**
 * Say that I paid somebody.
 *
 * Members of the group, for themselves. Proposes a settlement from the caller to another member; it counts once
 * the receiver confirms it. Paid in another currency, `exchange` says how much, at which rate and by whose
 * word; both see it, and the debt is settled by `amount` exactly. No money moves here.
 */
export const createSettlement: Operation<"createSettlement"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/settlements", {"keyed":true});

/**
 * Say that I got the money.
 *
 * Only the receiver. From then on the settlement counts in the balances. Confirming again changes nothing; a
 * voided one cannot be confirmed.
 */
export const confirmSettlement: Operation<"confirmSettlement"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/settlements/{settlementId}/confirm", {"keyed":true});

/**
 * Take a settlement back.
 *
 * The payer or the receiver. Proposed or confirmed, it no longer counts, and cannot come back: record another
 * one instead. Voiding again changes nothing.
 */
export const voidSettlement: Operation<"voidSettlement"> = /* @__PURE__ */ operation("POST", "/api/groups/{groupId}/settlements/{settlementId}/void", {"keyed":true});

/**
 * The catalogue of card products.
 *
 * Any signed-in user. Answers the products a card can be added from, by issuer and name, with their reward
 * rules, where each rule was read and when, and what could not be confirmed (`illustrative`). Changes nothing.
 */
export const listCardProducts: Operation<"listCardProducts"> = /* @__PURE__ */ operation("GET", "/api/card-products");

/**
 * My cards.
 *
 * Any signed-in user; answers the cards they hold, oldest first. Changes nothing.
 */
export const listCards: Operation<"listCards"> = /* @__PURE__ */ operation("GET", "/api/cards");

/**
 * Add a card I hold.
 *
 * Any signed-in user. Adds a card of the catalogue to the caller's own. Only the last four digits are ever
 * taken; a field that holds what looks like a full card number or a security code is refused, and nothing of it
 * is stored.
 */
export const addCard: Operation<"addCard"> = /* @__PURE__ */ operation("POST", "/api/cards", {"keyed":true});

/**
 * Change a card I hold.
 *
 * Any signed-in user, for a card of their own. JSON Merge Patch (RFC 7396): what is absent stays, null clears,
 * what is given is set. Sent as `application/json` or `application/merge-patch+json`. Choices and activations
 * are what the product offers; with another product they have to fit it. A field that holds what looks like a
 * full card number or a security code is refused, and nothing of it is stored.
 */
export const updateCard: Operation<"updateCard"> = /* @__PURE__ */ operation("PATCH", "/api/cards/{cardId}");

/**
 * Remove a card I hold.
 *
 * Any signed-in user, for a card of their own. It is no longer listed or recommended; answers that name it stay
 * as they are.
 */
export const removeCard: Operation<"removeCard"> = /* @__PURE__ */ operation("DELETE", "/api/cards/{cardId}");

/**
 * Which card to use.
 *
 * Any signed-in user. Compares the caller's own cards on one purchase, by what each leaves after a foreign
 * transaction fee, counting their own orders against the caps; the same computation as in a chat. Changes
 * nothing. 409 when they hold no card yet, or none that can pay there.
 */
export const recommendCard: Operation<"recommendCard"> = /* @__PURE__ */ operation("POST", "/api/cards/recommendation");

/**
 * My linked merchant accounts.
 *
 * Any signed-in user; answers their own accounts by institution, as they are stored, whether or not the vendor
 * answers; `lastSyncedAt` says how old that is. Accounts nobody has read for 15 minutes are read in the
 * background, and `account.updated` in `streamEvents` tells of the end.
 */
export const listAccounts: Operation<"listAccounts"> = /* @__PURE__ */ operation("GET", "/api/accounts");

/**
 * How my linked accounts are.
 *
 * Any signed-in user; answers in one small body what the accounts screen says above the list: how many accounts
 * work, wait or need the user, when anything was last synced, and whether some of it is mock data. Changes
 * nothing.
 */
export const getAccountsStatus: Operation<"getAccountsStatus"> = /* @__PURE__ */ operation("GET", "/api/accounts/status");

/**
 * Unlink a merchant account.
 *
 * The owner of the account. Ends the link at the vendor and deletes the account with its orders here; insights
 * are computed anew. While the vendor does not answer, or while linking is switched off and the account is a
 * real one, it is a 503, and all is as it was.
 */
export const unlinkAccount: Operation<"unlinkAccount"> = /* @__PURE__ */ operation("DELETE", "/api/accounts/{accountId}");

/**
 * Read the account's orders now.
 *
 * The owner of the account. Marks the account `syncing`, and reads what the merchant has in the background: new
 * orders are added, changed ones changed, a category or note of the user's own stays. `account.updated` in
 * `streamEvents` tells of the end. Calling it again meanwhile changes nothing. An account that has to be linked
 * anew answers 409.
 */
export const syncAccount: Operation<"syncAccount"> = /* @__PURE__ */ operation("POST", "/api/accounts/{accountId}/sync");

/**
 * The key to encrypt a card with.
 *
 * Any signed-in user. Answers the vendor's public key as a JSON Web Key (RFC 7517). The browser encrypts the
 * card with it (JWE, RSA-OAEP-256 and A256GCM, compact, with `kid` in the header), so that no number ever
 * passes through this service, and sends it with `switchCard`. Changes nothing.
 */
export const getCardKey: Operation<"getCardKey"> = /* @__PURE__ */ operation("GET", "/api/accounts/card-key");

/**
 * Put a card on file at the merchant.
 *
 * The owner of the account, within the seconds a task is open: `card_switch.requested` in `streamEvents` tells
 * of one, and so does `cardSwitch` of the account. Forwards the encrypted card, which nobody here can read and
 * nobody keeps; the outcome is in `cardSwitch`, and `account.updated` tells of it; while nobody knows whether
 * the merchant has the card it is `sent`, for an hour at most. Only the card the user has confirmed for this
 * merchant is sent, or, where they have confirmed none there, the one for what it sells: 409 without that, and
 * for a task that is over or was sent a card. An unknown task is a 404; what the vendor does not take for a
 * card is a 422 and may be sent again while there is time.
 */
export const switchCard: Operation<"switchCard"> = /* @__PURE__ */ operation("POST", "/api/accounts/{accountId}/card");

/**
 * My orders, newest first.
 *
 * Any signed-in user; answers their own orders as the linked merchants reported them. What is there when paging
 * begins comes exactly once, whatever is added meanwhile. Changes nothing.
 */
export const listTransactions: Operation<"listTransactions"> = /* @__PURE__ */ operation("GET", "/api/transactions");

/**
 * One order.
 *
 * The user whose order it is. Changes nothing.
 */
export const getTransaction: Operation<"getTransaction"> = /* @__PURE__ */ operation("GET", "/api/transactions/{transactionId}");

/**
 * File an order under another category, or note something.
 *
 * The user whose order it is. JSON Merge Patch: a `category` of one's own counts in insights and rewards from
 * then on and survives every sync; null takes back the merchant's. A `note` is for the user alone; null deletes
 * it. Anything that looks like a card number is refused. Groups that are shown the order are told.
 */
export const updateTransaction: Operation<"updateTransaction"> = /* @__PURE__ */ operation("PATCH", "/api/transactions/{transactionId}");

/**
 * Products whose price is known.
 *
 * Any signed-in user. Answers what the product feed lists and what the caller bought, by name, each with its
 * newest price. What somebody bought is shown to nobody else. What is bought and listed is one product. Changes
 * nothing.
 */
export const searchProducts: Operation<"searchProducts"> = /* @__PURE__ */ operation("GET", "/api/products");

/**
 * What a product has cost.
 *
 * Any signed-in user. Answers prices of a listed product, or of one the caller bought, newest first: those the
 * feed told, each with how long it was told again unchanged, and those the caller paid for one unit. What
 * others paid is never among them. Changes nothing.
 */
export const getProductPrices: Operation<"getProductPrices"> = /* @__PURE__ */ operation("GET", "/api/products/{productId}/prices");

/**
 * My price alerts.
 *
 * Any signed-in user; answers their own alerts, newest first, also those that are done or expired. Changes
 * nothing.
 */
export const listPriceAlerts: Operation<"listPriceAlerts"> = /* @__PURE__ */ operation("GET", "/api/price-alerts");

/**
 * Wait for a price.
 *
 * Any signed-in user. Sets an alert on a listed product or on one the caller bought: it fires when the price is
 * at `threshold` or beyond it, or `percent` away from what it is now. A price is looked at as often as the feed
 * tells one; only prices in the currency of the listing count, and a look that fails is no change. When it
 * fires, it is told once, in the insights, by mail as the settings have it, and by a hint in `streamEvents`;
 * what is reached in quiet hours (in the user's time zone) is told after them, if it still is so.
 */
export const createPriceAlert: Operation<"createPriceAlert"> = /* @__PURE__ */ operation("POST", "/api/price-alerts", {"keyed":true});

/**
 * Change a price alert.
 *
 * The alert's owner. A merge patch (RFC 7396): what is absent stays. A new direction, threshold, percent or
 * expiry sets the alert anew, also one that is done or expired: it is armed, and a percentage counts from
 * today's price. `threshold` and `percent` take each other's place. An alert like another one that waits is
 * refused. Sent as `application/json` or `application/merge-patch+json`.
 */
export const updatePriceAlert: Operation<"updatePriceAlert"> = /* @__PURE__ */ operation("PATCH", "/api/price-alerts/{alertId}");

/**
 * Delete a price alert.
 *
 * The alert's owner. Deletes it; what it told before stays in the insights. Deleting it again answers 404.
 */
export const deletePriceAlert: Operation<"deletePriceAlert"> = /* @__PURE__ */ operation("DELETE", "/api/price-alerts/{alertId}");

/**
 * What my spending shows.
 *
 * Any signed-in user. The insights that were computed last from their own orders and cards, newest first, with
 * the age of the computation; a job computes them anew within minutes of a change, nothing is computed here.
 * Kinds that `preferences.notifications` switches off are left out: warnings and spending by `spendingAlerts`,
 * rewards by `rewardReminders`. Changes nothing.
 */
export const listInsights: Operation<"listInsights"> = /* @__PURE__ */ operation("GET", "/api/insights");

/**
 * The month in words and figures.
 *
 * Any signed-in user. A month as it was computed last from their own orders, with the age of the computation;
 * the running month and the 12 before it are kept, any other one is empty. Nothing is computed here. Changes
 * nothing.
 */
export const getInsightsSummary: Operation<"getInsightsSummary"> = /* @__PURE__ */ operation("GET", "/api/insights/summary");

/**
 * My settings.
 *
 * Any signed-in user. Changes nothing.
 */
export const getSettings: Operation<"getSettings"> = /* @__PURE__ */ operation("GET", "/api/settings");

/**
 * Change some settings.
 *
 * Any signed-in user, for themselves. JSON Merge Patch (RFC 7396): what is absent stays, what is given is set;
 * no preference can be null. Sent as `application/json` or `application/merge-patch+json`.
 */
export const updateSettings: Operation<"updateSettings"> = /* @__PURE__ */ operation("PATCH", "/api/settings");

/**
 * Which integrations are live.
 *
 * Any signed-in user. Each integration is mock or live, with its health. Changes nothing.
 */
export const getFeatures: Operation<"getFeatures"> = /* @__PURE__ */ operation("GET", "/api/features");

/**
 * Knot tells of something.
 *
 * Knot alone, by its signature over the body as it was sent (header `Knot-Signature`); anything else is a 401
 * `invalid_signature`. Stores the webhook and answers at once; what it hints at is read from Knot in the
 * background, and nothing else of it is believed. The same body again changes nothing. A body may have 64 KiB.
 */
export const receiveKnotWebhook: Operation<"receiveKnotWebhook"> = /* @__PURE__ */ operation("POST", "/api/webhooks/knot");

/**
 * Is the process alive.
 *
 * Anyone may call it. Says that the process runs; it does not ask the database.
 */
export const getHealth: Operation<"getHealth"> = /* @__PURE__ */ operation("GET", "/health", {"open":true});

/**
 * Can it serve.
 *
 * Anyone may call it. Says yes once migrations and seed are done, as long as the database answers and the
 * workers run, and until shutdown begins.
 */
export const getReadiness: Operation<"getReadiness"> = /* @__PURE__ */ operation("GET", "/ready", {"open":true});
