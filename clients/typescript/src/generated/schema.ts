// Written by scripts/generate.mjs from openapi.yaml. Do not edit.

export interface components {
    schemas: {
        /** @description An RFC 9457 problem. */
        Problem: {
            /** @description A relative address that names the kind of problem. */
            type: string;
            /** @description The HTTP status in words. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description A sentence for people. */
            detail: string;
            /** @description The path of the request. */
            instance: string;
            code: components["schemas"]["ProblemCode"];
            /** @description Of the request, as `X-Request-Id` says too; our log has it. */
            requestId: string;
            errors?: components["schemas"]["FieldError"][];
            /** @description Of `split_mismatch`, what the parts make, in percent or in minor units. */
            sum?: number;
            /** @description What is missing; below zero where it is too much. The sum and the difference make the whole. */
            difference?: number;
            /** @description The nearest shares that add up; accepted when sent as `shares`. */
            suggestedShares?: components["schemas"]["ExpenseShareRequest"][];
            /** @description The nearest payments that add up; accepted when sent as `paidBy`. */
            suggestedPaidBy?: components["schemas"]["ExpensePayment"][];
        };
        /**
         * @description What went wrong, stable and for programs. The list is closed.
         * @enum {string}
         */
        ProblemCode: "malformed_request" | "unauthorized" | "invalid_credentials" | "invalid_signature" | "forbidden" | "not_found" | "method_not_allowed" | "not_acceptable" | "conflict" | "email_taken" | "unsettled_balance" | "request_in_progress" | "proposal_expired" | "proposal_closed" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "invalid_request" | "idempotency_key_reused" | "split_mismatch" | "rate_limited" | "internal" | "unavailable";
        /** @description One field or parameter that is not valid. */
        FieldError: {
            /** @description JSON pointer into the body (RFC 6901), or the name of a parameter. */
            pointer: string;
            /** @description The rule that was broken, such as `required`, `format` or `max_length`. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description An exact amount. `amount` counts minor units by the exponent of the currency (JPY 0, USD 2, KWD 3). */
        Money: {
            /** Format: int64 */
            amount: number;
            currency: components["schemas"]["Currency"];
        };
        /** @description An ISO 4217 code. */
        Currency: string;
        /** @description An exact amount, zero or more. */
        NonNegativeMoney: {
            /** Format: int64 */
            amount: number;
            currency: components["schemas"]["Currency"];
        };
        /** @description An exact amount above zero. */
        PositiveMoney: {
            /** Format: int64 */
            amount: number;
            currency: components["schemas"]["Currency"];
        };
        /**
         * Format: email
         * @description An e-mail address. Case does not make another person.
         */
        Email: string;
        /** @description At least 8 characters. Very common passwords, and your own e-mail or name, are refused. */
        Password: string;
        /** @description A new account. */
        SignupRequest: {
            /** @description As others will see it. */
            name: string;
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
        };
        /** @description Who signs in, in JSON. */
        LoginRequest: {
            email: string;
            password: string;
        };
        /** @description RFC 6749, section 4.3. */
        PasswordGrant: {
            /** @enum {string} */
            grant_type?: "password";
            /** @description The e-mail. */
            username: string;
            password: string;
            /** @description Ignored; there are no scopes. */
            scope?: string;
            /** @description Ignored; every client is public. */
            client_id?: string;
            /** @description Ignored; every client is public. */
            client_secret?: string;
        };
        /** @description The refresh token of the last answer. */
        RefreshRequest: {
            refresh_token: string;
        };
        /** @description RFC 6749, section 5.1, with the user beside it. */
        TokenAnswer: {
            /** @description Goes into `Authorization: Bearer`. What is in it is no part of this contract. */
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /** @description Seconds until the access token expires. */
            expires_in: number;
            /** @description Is traded for the next tokens by `refreshToken`; good once. */
            refresh_token: string;
            user: components["schemas"]["User"];
        };
        /**
         * @description `complete` once the user has linked an account, and for good.
         * @enum {string}
         */
        OnboardingStatus: "incomplete" | "complete";
        /** @description Who is signed in. What others see of a person is in `Member` and `Sender`. */
        User: {
            /** Format: uuid */
            id: string;
            name: string;
            email: string;
            /** @description Whether the user has shown that the address is theirs. */
            emailVerified: boolean;
            onboardingStatus: components["schemas"]["OnboardingStatus"];
            /** Format: date-time */
            createdAt: string;
        };
        /** @description Who is signed in, where, and what the service can do. */
        SessionAnswer: {
            user: components["schemas"]["User"];
            session: components["schemas"]["Session"];
            features: components["schemas"]["Features"];
        };
        /** @description One sign-in. */
        Session: {
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description When the user signed in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the user has to sign in again; refreshing does not move it.
             */
            expiresAt: string;
            /** @description The browser and system that signed in, as far as they said. */
            device: string;
        };
        /** @description The state of what the service is connected to. */
        Features: {
            integrations: components["schemas"]["Integration"][];
            ai: {
                /** @description Who may word a reply, in the order they are asked; `engine` is our own wording. */
                providers: string[];
            };
        };
        /** @description One vendor, or its mock. */
        Integration: {
            /** @enum {string} */
            name: "knot" | "ai" | "dedalus" | "snowflake" | "x" | "email";
            /**
             * @description In `mock` what it tells is made up.
             * @enum {string}
             */
            mode: "mock" | "live";
            /** @enum {string} */
            health: "ok" | "degraded" | "down";
            /**
             * Format: date-time
             * @description Since when it is in this mode and health.
             */
            since: string;
        };
        /** @description What to link; everything has a default. */
        StartOnboardingRequest: {
            /**
             * @description `transactions` reads the orders of an account, `card_switcher` puts a card on file there.
             * @default transactions
             * @enum {string}
             */
            product?: "transactions" | "card_switcher";
            /**
             * Format: uuid
             * @description For `card_switcher`; one of the caller's own cards.
             */
            cardId?: string;
        };
        /** @description What the browser SDK of the vendor wants to be started with. */
        OnboardingSession: {
            /** Format: uuid */
            sessionId: string;
            /**
             * @description Of the vendor, as the SDK wants it.
             * @enum {string}
             */
            environment: "development" | "production";
            /**
             * Format: date-time
             * @description Until when it can be completed or extended.
             */
            expiresAt: string;
            /** @description There is no vendor, so no SDK to run; complete the session at once, to link made-up accounts. */
            mock: boolean;
            /** @description Of this service at the vendor, as the SDK wants it. */
            clientId: string;
            /** @description Given once, and only when nobody is signed in. */
            claimToken: string | null;
        };
        /** @description The session, and the proof that an anonymous one is yours. */
        CompleteOnboardingRequest: {
            /** Format: uuid */
            sessionId: string;
            /** @description That of an anonymous session; not needed for a session of your own. */
            claimToken?: string;
        };
        /** @description The session with its new end. */
        OnboardingExtension: {
            /** Format: uuid */
            sessionId: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description What has come of the session. */
        OnboardingResult: {
            /** @description How many accounts the session linked. */
            accountsLinked: number;
            onboardingStatus: components["schemas"]["OnboardingStatus"];
        };
        /**
         * @description When the co-pilot answers in this chat.
         * @enum {string}
         */
        AiPolicy: "always" | "auto" | "mention" | "off";
        /** @description Give it as `cursor` for the next page; null on the last. */
        NextCursor: string | null;
        /** @description One page of chats. */
        ChatList: {
            items: components["schemas"]["Chat"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A chat with the co-pilot alone. A chat of several people comes with `createGroup`. */
        CreateChatRequest: {
            title: string;
        };
        /** @description What to change; what is left out stays. */
        ChatPatch: {
            title?: string;
            aiPolicy?: components["schemas"]["AiPolicy"];
        };
        /** @description A chat as the list shows it. */
        Chat: {
            /** Format: uuid */
            id: string;
            type: components["schemas"]["ChatType"];
            title: string;
            /** @description People, without the co-pilot; invited ones do not count. */
            memberCount: number;
            /** @description The newest message, its drawer left out. */
            lastMessage: components["schemas"]["Message"] | (never | null);
            /**
             * Format: int64
             * @description Messages of others, the co-pilot's too, after the one that `markRead` named last.
             */
            unreadCount: number;
            aiPolicy: components["schemas"]["AiPolicy"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description The list is sorted by it.
             */
            updatedAt: string;
        };
        /**
         * @description `solo` is one person and the co-pilot, `group` the chat of the group with the same id.
         * @enum {string}
         */
        ChatType: "solo" | "group";
        /** @description A chat as its own screen shows it. */
        ChatDetail: {
            /** Format: uuid */
            id: string;
            type: components["schemas"]["ChatType"];
            title: string;
            /** @description People, without the co-pilot; invited ones do not count. */
            memberCount: number;
            /** @description The newest message, its drawer left out. */
            lastMessage: components["schemas"]["Message"] | (never | null);
            /**
             * Format: int64
             * @description Messages of others, the co-pilot's too, after the one that `markRead` named last.
             */
            unreadCount: number;
            aiPolicy: components["schemas"]["AiPolicy"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description The list of chats is sorted by it.
             */
            updatedAt: string;
            members: components["schemas"]["Member"][];
            /** @description Newest last. */
            messages: components["schemas"]["Message"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /**
         * @description The owner and admins change the group and invite; there is one owner.
         * @enum {string}
         */
        MemberRole: "owner" | "admin" | "member";
        /** @description A person in a chat, or one who is invited. */
        Member: {
            /**
             * Format: uuid
             * @description Null until the invitation is accepted.
             */
            userId: string | null;
            /** @description Null until the invitation is accepted. */
            name: string | null;
            email: string;
            role: components["schemas"]["MemberRole"];
            /** @enum {string} */
            status: "active" | "invited";
            /** @description Whether this member lets their purchases reach the group. */
            sharesPurchases: boolean;
            /**
             * Format: date-time
             * @description Null until the invitation is accepted.
             */
            joinedAt: string | null;
        };
        /** @description One page of messages, newest first. */
        MessageList: {
            items: components["schemas"]["Message"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description What to say. Card numbers in it are masked before it is stored. */
        SendMessageRequest: {
            content: string;
        };
        /** @description What the message says from now on. */
        EditMessageRequest: {
            content: string;
        };
        /** @description What one thinks of a reply; takes the place of what one thought before. */
        SetFeedbackRequest: {
            rating: components["schemas"]["Rating"];
            comment?: string | null;
        };
        /**
         * @description A thumb.
         * @enum {string}
         */
        Rating: "up" | "down";
        /** @description How far one has read. */
        MarkReadRequest: {
            /**
             * Format: int64
             * @description Of the last message that was read. A lower one than before changes nothing.
             */
            position: number;
        };
        /** @description How far one has read. */
        ReadState: {
            /**
             * Format: int64
             * @description The last message that counts as read.
             */
            position: number;
            /**
             * Format: int64
             * @description Messages of others, the co-pilot's too, after it.
             */
            unreadCount: number;
        };
        /** @description The `data` of one event of `streamReply`, by `type`, which is also its `event`. */
        ReplyEvent: components["schemas"]["ReplyStarted"] | components["schemas"]["ReplyThinking"] | components["schemas"]["ReplyDrawer"] | components["schemas"]["ReplyDelta"] | components["schemas"]["ReplyCompleted"] | components["schemas"]["ReplyStopped"] | components["schemas"]["ReplyFailed"] | components["schemas"]["StreamReconnect"] | components["schemas"]["StreamResync"];
        /** @description The reply is being made. */
        ReplyStarted: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.started";
            /** Format: uuid */
            chatId: string;
            /** Format: uuid */
            messageId: string;
        };
        /** @description One more entry of `thinking`. */
        ReplyThinking: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.thinking";
            /** @description What was just done, in words. */
            stage: string;
        };
        /** @description The figures, before the text about them. */
        ReplyDrawer: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.drawer";
            drawerData: components["schemas"]["DrawerData"];
        };
        /** @description A piece of `content`; append it to what came before. */
        ReplyDelta: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.delta";
            text: string;
        };
        /** @description The end: the message as it ended. */
        ReplyCompleted: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.completed";
            message: components["schemas"]["Message"];
        };
        /** @description The end, by `stopReply`: the message with what was written until then. */
        ReplyStopped: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.stopped";
            message: components["schemas"]["Message"];
        };
        /** @description The end, with nothing to show but the problem. */
        ReplyFailed: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.failed";
            problem: components["schemas"]["Problem"];
        };
        /** @description The service stops. Connect again, after the last number where there are numbers. */
        StreamReconnect: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "stream.reconnect";
            /** @description How long to wait first, in milliseconds. */
            retryAfterMs: number;
        };
        /** @description Something may have been missed: read again what is shown. It begins every connection of `streamEvents`. */
        StreamResync: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "stream.resync";
        };
        /** @description The `data` of one event of `streamEvents`, by `type`, which is also its `event`. */
        HintEvent: components["schemas"]["MessageCreated"] | components["schemas"]["ReplyStarted"] | components["schemas"]["ReplyEnded"] | components["schemas"]["ChatUpdated"] | components["schemas"]["AlertFired"] | components["schemas"]["MemberJoined"] | components["schemas"]["InsightCreated"] | components["schemas"]["AccountUpdated"] | components["schemas"]["CardSwitchRequested"] | components["schemas"]["StreamReconnect"] | components["schemas"]["StreamResync"];
        /** @description A new message in a chat, also one of the user themselves. */
        MessageCreated: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message.created";
            /** Format: uuid */
            chatId: string;
            /** Format: uuid */
            messageId: string;
        };
        /** @description A reply has ended, in whichever way. */
        ReplyEnded: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reply.completed";
            /** Format: uuid */
            chatId: string;
            /** Format: uuid */
            messageId: string;
            /** @enum {string} */
            status: "completed" | "stopped" | "failed";
        };
        /** @description A price alert has fired. It is in the insights. */
        AlertFired: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "alert.fired";
            /** Format: uuid */
            alertId: string;
        };
        /** @description Something of the chat has changed: its title, its members, or what belongs to its group. Also the last one hears of a chat one is no longer a member of. */
        ChatUpdated: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "chat.updated";
            /** Format: uuid */
            chatId: string;
        };
        /** @description A linked account of one's own was added, changed or removed, or has new orders. */
        AccountUpdated: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "account.updated";
            /** Format: uuid */
            accountId: string;
        };
        /** @description A merchant waits for a card, for seconds. `cardSwitch` of the account says the same to who comes later. */
        CardSwitchRequested: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "card_switch.requested";
            /** Format: uuid */
            accountId: string;
            taskId: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description Somebody has accepted an invitation; they are told too. */
        MemberJoined: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "member.joined";
            /** Format: uuid */
            chatId: string;
            /** Format: uuid */
            userId: string;
        };
        /** @description Something new in one's own feed of insights. */
        InsightCreated: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "insight.created";
            /** Format: uuid */
            insightId: string;
        };
        /** @description A message and its reply. */
        Turn: {
            userMessage: components["schemas"]["Message"];
            /** @description The reply; null where the co-pilot stays silent. */
            aiMessage: components["schemas"]["Message"] | (never | null);
        };
        /** @description What a person or the co-pilot said. */
        Message: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            chatId: string;
            /**
             * Format: int64
             * @description The place in the chat.
             */
            position: number;
            /** @enum {string} */
            senderType: "user" | "ai";
            /** @description The person who wrote it; null for the co-pilot. */
            sender: components["schemas"]["Sender"] | (never | null);
            /** @description Plain text. Of a reply that is being made it is empty; the stream has it as it is written. */
            content: string;
            /** @description What was really done for this reply, in order. */
            thinking: string[];
            /** @description The intent of the question; null where it is general. */
            action: components["schemas"]["Action"] | (null);
            /** @description The figures; its `kind` equals `action`. */
            drawerData: components["schemas"]["DrawerData"] | (never | null);
            status: components["schemas"]["MessageStatus"];
            /**
             * Format: uuid
             * @description The message this one replies to.
             */
            replyTo: string | null;
            /** @description Earlier texts that this message took the place of. */
            versions: components["schemas"]["MessageVersion"][];
            /**
             * Format: uuid
             * @description What the reply offers to do; null where it offers nothing.
             */
            proposalId: string | null;
            /** @description The reply was finished in our own plain wording. */
            degraded: boolean;
            /** @description What the figures were computed from. */
            sources: components["schemas"]["Source"][];
            /** @description What the language model counted; null when none was asked. */
            usage: components["schemas"]["Usage"] | (never | null);
            /** @description The caller's own feedback. */
            feedback: components["schemas"]["Feedback"] | (never | null);
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When a reply ended; null until then.
             */
            completedAt: string | null;
        };
        /** @description A person, as the others of the chat see them. */
        Sender: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /**
         * @description `card`: which card pays best. `split`: who owes what. `tracker`: what a product costs over time.
         * @enum {string}
         */
        Action: "card" | "split" | "tracker";
        /**
         * @description A message of a person is `completed` at once. A reply is `pending`, then `streaming`, then one of the others, which is its end.
         * @enum {string}
         */
        MessageStatus: "pending" | "streaming" | "completed" | "stopped" | "failed";
        /** @description An earlier text. */
        MessageVersion: {
            /**
             * Format: uuid
             * @description Of the message that said it; of an edited message its own.
             */
            messageId: string;
            content: string;
            /**
             * Format: date-time
             * @description When it was said.
             */
            at: string;
        };
        /** @description Something that figures were computed from. */
        Source: {
            /** @enum {string} */
            type: "transaction" | "card" | "card_product" | "reward_rule" | "insight" | "product" | "account" | "group" | "trend";
            /** @description Of what `type` names. */
            id: string;
            /**
             * Format: date-time
             * @description From when what was read of it is.
             */
            asOf: string;
        };
        /** @description What a provider counted. */
        Usage: {
            provider: string;
            model: string;
            /** Format: int64 */
            inputTokens: number;
            /** Format: int64 */
            outputTokens: number;
        };
        /** @description What the caller thinks of a reply. */
        Feedback: {
            rating: components["schemas"]["Rating"];
            comment: string | null;
            /** Format: date-time */
            at: string;
        };
        /** @description What a reply offers to do. `drawerData` is that of the reply. A confirmed one says what it wrote and until when that can be undone. */
        Proposal: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            chatId: string;
            /** Format: uuid */
            messageId: string;
            kind: components["schemas"]["Action"];
            status: components["schemas"]["ProposalStatus"];
            drawerData: components["schemas"]["DrawerData"] | (never | null);
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description Until when it can be confirmed.
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description Who confirmed, dismissed or undid it; null while nobody did.
             */
            decidedBy: string | null;
            /** Format: date-time */
            decidedAt: string | null;
            /**
             * Format: date-time
             * @description Null unless it is confirmed.
             */
            undoableUntil: string | null;
            /** @description Null unless it was confirmed. */
            written: components["schemas"]["ProposalWritten"] | (never | null);
        };
        /**
         * @description Only an `open` one can be confirmed or dismissed, only a `confirmed` one undone.
         * @enum {string}
         */
        ProposalStatus: "open" | "confirmed" | "dismissed" | "expired" | "undone";
        /** @description What confirming wrote. */
        ProposalWritten: {
            /** @enum {string} */
            type: "card_choice" | "expense" | "price_alert";
            /** @description Of the expense or the price alert; of a card choice the card. */
            id: string;
        };
        /** @description The figures behind an answer, by `kind`. */
        DrawerData: components["schemas"]["CardDrawer"] | components["schemas"]["SplitDrawer"] | components["schemas"]["TrackerDrawer"];
        /** @description Which card pays best. */
        CardDrawer: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "card";
            purchase: components["schemas"]["Purchase"];
            recommended: components["schemas"]["RankedCard"];
            /** @description Of the recommended card; null where its limit is not known. */
            utilization: components["schemas"]["Utilization"] | (never | null);
            /** @description Of the recommended card, most important first. */
            reasons: string[];
            /** @description The other cards, best first. */
            alternatives: components["schemas"]["RankedCard"][];
            /** @description How much more the recommended card leaves than the next one; null with one card. */
            runnerUpDifference: components["schemas"]["Money"] | (never | null);
            /** @description The best way to pay with two cards, where a cap runs out inside the purchase and that gains a cent or more. */
            split: components["schemas"]["CardSplit"] | (never | null);
            /** @description The cards that cannot pay, with the reason. */
            excluded: components["schemas"]["ExcludedCard"][];
            /** @description What is not certain about the recommended card, in sentences; terms that could not be confirmed or were read long ago. */
            warnings: string[];
            /** @description Names the exact rules used, so that an old answer can be computed again. */
            ruleVersion: string;
            /** @description What the figures rest on. In a message they are left out here and stand in the message. */
            sources?: components["schemas"]["Source"][];
        };
        /** @description What was asked about, as it was understood. */
        Purchase: {
            /** @description Null where only a category was named. */
            merchant: string | null;
            category: string;
            amount: components["schemas"]["Money"];
            /** @description The merchant charges from abroad. */
            abroad: boolean;
        };
        /** @description What one card does for the purchase. */
        RankedCard: {
            /** Format: uuid */
            cardId: string;
            name: string;
            issuer: string;
            lastFour: string | null;
            reward: components["schemas"]["Money"];
            foreignFee: components["schemas"]["Money"];
            /** @description The reward less the foreign fee, by which the cards are ranked; may be below zero. */
            net: components["schemas"]["Money"];
            /** @description The reward of this purchase in percent. */
            ratePercent: number;
            /** @description What is left of the cap before this purchase; null where there is none. */
            capLeft: components["schemas"]["Money"] | (never | null);
            /** @description The user chose this card for this merchant. */
            preferred: boolean;
            /** @description Sentences without a full stop, most important first. */
            reasons: string[];
            /** @description True where the rate or the fees could not be confirmed. */
            illustrative: boolean;
            /** @description True where the terms were read more than 183 days before the purchase. */
            stale: boolean;
            rule: components["schemas"]["PayingRule"];
        };
        /** @description The rule that pays, and where it was read. */
        PayingRule: {
            /** Format: uuid */
            id: string;
            /** @description The rule's own rate at the user's value of a point. */
            ratePercent: number;
            /** @description What it pays on, such as "groceries at U.S. supermarkets". */
            label: string;
            /** @description Where it was read. */
            source: string;
            /**
             * Format: date
             * @description When it was read.
             */
            asOf: string;
        };
        /** @description A card that cannot pay. */
        ExcludedCard: {
            /** Format: uuid */
            cardId: string;
            name: string;
            /**
             * @description The card is in another currency, on a network the merchant does not take, or a store card of another store.
             * @enum {string}
             */
            reason: "currency" | "network" | "store";
            /** @description The reason in words. */
            text: string;
        };
        /** @description Two cards for one purchase. */
        CardSplit: {
            /** @description What goes on each card; the amounts add up to the purchase. */
            parts: components["schemas"]["CardSplitPart"][];
            net: components["schemas"]["Money"];
            /** @description How much more both leave than the recommended card alone. */
            gain: components["schemas"]["Money"];
        };
        /** @description What one of two cards pays. */
        CardSplitPart: {
            /** Format: uuid */
            cardId: string;
            name: string;
            lastFour: string | null;
            amount: components["schemas"]["Money"];
            reward: components["schemas"]["Money"];
            foreignFee: components["schemas"]["Money"];
            net: components["schemas"]["Money"];
        };
        /** @description How much of the limit of a card is used, in percent. */
        Utilization: {
            beforePercent: number;
            afterPercent: number;
        };
        /** @description Who owes what of a bill. */
        SplitDrawer: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "split";
            total: components["schemas"]["Money"];
            method: components["schemas"]["SplitMethod"];
            /** @description Adds up to the total; empty where nobody was said to have paid. */
            paidBy: components["schemas"]["SplitPayer"][];
            /** @description Who carries what; adds up to the total. Whoever paid is among them unless said otherwise. */
            shares: components["schemas"]["SplitShare"][];
            /** @description Who owes whom after this bill, in as few payments as it takes; empty where it is not known who paid. */
            transfers: components["schemas"]["SplitTransfer"][];
            /** @description The order that was divided, where one was. */
            receipt: {
                /** Format: uuid */
                transactionId: string;
            } | null;
        };
        /** @description Who paid, and how much. */
        SplitPayer: {
            /**
             * Format: uuid
             * @description Null for somebody who is only named in the message.
             */
            userId: string | null;
            name: string;
            amount: components["schemas"]["Money"];
        };
        /** @description Who carries how much. */
        SplitShare: {
            /**
             * Format: uuid
             * @description Null for somebody who is only named in the message.
             */
            userId: string | null;
            name: string;
            amount: components["schemas"]["Money"];
            /**
             * @description `paid` where nothing is owed on it after this bill, as by whoever paid the bill.
             * @enum {string}
             */
            status: "paid" | "pending";
        };
        /** @description One payment that settles a part of the bill. */
        SplitTransfer: {
            /** @description The name of who owes. */
            from: string;
            /** @description The name of who is owed. */
            to: string;
            amount: components["schemas"]["Money"];
        };
        /** @description What a product costs over time. Figures are over the prices of the last 365 days, one per day. */
        TrackerDrawer: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "tracker";
            product: components["schemas"]["TrackedProduct"];
            current: components["schemas"]["Money"];
            /** @description The days on which the price changed, and the newest, oldest first: a line through them is the line through all. */
            history: components["schemas"]["PricePoint"][];
            lowest: components["schemas"]["Money"];
            highest: components["schemas"]["Money"];
            average: components["schemas"]["Money"];
            /** @description The part of the days that were cheaper than now, and half of those alike, in percent; 0 is as cheap as ever. */
            percentile: number;
            /** @description Null where none is foreseen. */
            predictedDrop: {
                /** @description The price will be this much lower than now, or more. */
                percent: number;
                /**
                 * Format: date
                 * @description On this day or before.
                 */
                by: string;
                /** @description The probability that this comes true. */
                confidence: number;
            } | null;
            /** @description From a day up to and with another; null where no time is better. */
            bestTimeToBuy: {
                /** Format: date */
                from: string;
                /** Format: date */
                to: string;
            } | null;
            /**
             * @description `unsure` where the past says too little.
             * @enum {string}
             */
            advice: "buy_now" | "wait" | "unsure";
            /** @description What the advice rests on, in sentences. */
            signals: string[];
        };
        /** @description The product that was meant. */
        TrackedProduct: {
            id: string;
            name: string;
            merchant: string;
            url: string | null;
        };
        /** @description A price and its day. */
        PricePoint: {
            /** Format: date-time */
            at: string;
            price: components["schemas"]["Money"];
        };
        /** @description One page of groups. */
        GroupList: {
            items: components["schemas"]["Group"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A new group. Its currency is the display currency of its owner where none is given. */
        CreateGroupRequest: {
            name: string;
            /** @description Who to invite; the caller need not be named. */
            members: components["schemas"]["Email"][];
            currency?: components["schemas"]["Currency"];
        };
        /** @description What to change; what is left out stays. */
        GroupPatch: {
            name?: string;
            aiPolicy?: components["schemas"]["AiPolicy"];
            currency?: components["schemas"]["Currency"];
            /**
             * Format: date-time
             * @description Only null can be set, which brings the group back. To delete one there is `deleteGroup`.
             */
            deletedAt?: string | null;
        };
        /** @description What to change; what is left out stays. */
        MemberPatch: {
            role?: components["schemas"]["MemberRole"];
            /** @description Only of oneself. */
            sharesPurchases?: boolean;
        };
        /** @description With an `email` it is mailed and for that address alone; without, it is a link for whoever has the token. */
        CreateInviteRequest: {
            email?: components["schemas"]["Email"];
            /**
             * @description What who joins becomes.
             * @default member
             * @enum {string}
             */
            role?: "admin" | "member";
            /**
             * @description How many may join; 1 with an address.
             * @default 1
             */
            maxUses?: number;
            /**
             * Format: date-time
             * @description In the future, within 90 days. After 14 days where it is not given.
             */
            expiresAt?: string;
        };
        /** @description An invitation to a group. */
        Invite: {
            /** Format: uuid */
            id: string;
            /** @description Whose it is; null for a link. */
            email: string | null;
            /**
             * @description What who joins becomes.
             * @enum {string}
             */
            role: "admin" | "member";
            /** @description How many may join. */
            maxUses: number;
            /** @description How many did. */
            uses: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * @description Only an `open` one can be accepted.
             * @enum {string}
             */
            status: "open" | "spent" | "expired" | "revoked";
            /** @description By which it is accepted. Only in the answer of `createInvite`, once. */
            token?: string;
        };
        /** @description One page of invitations. */
        InviteList: {
            items: components["schemas"]["Invite"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description The token of the invitation. */
        AcceptInviteRequest: {
            /** @description Any other text is an unknown token. */
            token: string;
        };
        /** @description A group of friends; its chat has the same id. */
        Group: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description One line about what the group shares, computed. */
            context: string;
            totalSpend: components["schemas"]["Money"];
            /** @description Totals in other currencies, not converted. */
            otherTotals: components["schemas"]["Money"][];
            /**
             * Format: date-time
             * @description The list is sorted by it.
             */
            lastActivityAt: string;
            members: components["schemas"]["Member"][];
            aiPolicy: components["schemas"]["AiPolicy"];
            currency: components["schemas"]["Currency"];
            /**
             * Format: date-time
             * @description When the group was deleted; null unless it was and can still be brought back.
             */
            deletedAt: string | null;
        };
        /** @description One page of expenses. */
        ExpenseList: {
            items: components["schemas"]["Expense"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /**
         * @description How a bill is divided.
         * @enum {string}
         */
        SplitMethod: "equal" | "shares" | "percentages" | "amounts" | "items";
        /** @description What somebody paid for the group. */
        Expense: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            groupId: string;
            description: string;
            category: string | null;
            /**
             * Format: date
             * @description The day it was spent.
             */
            date: string;
            total: components["schemas"]["Money"];
            method: components["schemas"]["SplitMethod"];
            /** @description Who paid; adds up to the total. */
            paidBy: components["schemas"]["ExpensePayment"][];
            /** @description Who carries what; adds up to the total. */
            shares: components["schemas"]["ExpenseShare"][];
            /** @description What each had; empty for other methods than `items`. */
            items: components["schemas"]["ExpenseItem"][];
            /**
             * Format: uuid
             * @description The order it was paid with.
             */
            transactionId: string | null;
            note: string | null;
            /**
             * Format: int64
             * @description Counts the changes.
             */
            version: number;
            /** Format: uuid */
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /**
             * Format: date-time
             * @description Null unless it was deleted; then it counts for nothing until it is restored.
             */
            deletedAt: string | null;
        };
        /** @description An expense with its history. */
        ExpenseDetail: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            groupId: string;
            description: string;
            category: string | null;
            /**
             * Format: date
             * @description The day it was spent.
             */
            date: string;
            total: components["schemas"]["Money"];
            method: components["schemas"]["SplitMethod"];
            /** @description Who paid; adds up to the total. */
            paidBy: components["schemas"]["ExpensePayment"][];
            /** @description Who carries what; adds up to the total. */
            shares: components["schemas"]["ExpenseShare"][];
            /** @description What each had; empty for other methods than `items`. */
            items: components["schemas"]["ExpenseItem"][];
            /**
             * Format: uuid
             * @description The order it was paid with.
             */
            transactionId: string | null;
            note: string | null;
            /**
             * Format: int64
             * @description Counts the changes.
             */
            version: number;
            /** Format: uuid */
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /**
             * Format: date-time
             * @description Null unless it was deleted; then it counts for nothing until it is restored.
             */
            deletedAt: string | null;
            /** @description Who changed what, newest first. */
            history: components["schemas"]["ExpenseChange"][];
        };
        /** @description Who paid, and how much. */
        ExpensePayment: {
            /** Format: uuid */
            userId: string;
            amount: components["schemas"]["Money"];
        };
        /** @description Who carries how much. */
        ExpenseShare: {
            /** Format: uuid */
            userId: string;
            /**
             * Format: int64
             * @description Of the method `shares`.
             */
            weight: number | null;
            /** @description Of the method `percentages`; at most two decimals. */
            percent: number | null;
            amount: components["schemas"]["Money"];
            status: components["schemas"]["ShareStatus"];
        };
        /**
         * @description `paid` where the share owes the payers nothing more, as a single payer's own does from the start.
         * @enum {string}
         */
        ShareStatus: "paid" | "pending";
        /** @description One person and what the method asks for; other figures are left aside. */
        ExpenseShareRequest: {
            /** Format: uuid */
            userId: string;
            /**
             * Format: int64
             * @description For `shares`.
             */
            weight?: number;
            /** @description For `percentages`; at most two decimals. */
            percent?: number;
            amount?: components["schemas"]["Money"];
        };
        /** @description One line of the bill. */
        ExpenseItem: {
            name: string;
            /** @description Of the whole line. */
            amount: components["schemas"]["Money"];
            /** @description What came back for it later; only those who claimed it carry less. */
            refunded: components["schemas"]["Money"];
            /** @description Who had it; where nobody did, everybody carries it equally. */
            claimedBy: components["schemas"]["ExpenseItemClaim"][];
        };
        /** @description Who had it. */
        ExpenseItemClaim: {
            /** Format: uuid */
            userId: string;
            /**
             * Format: int64
             * @description Against those of the others: 2 beside 1 carries two thirds.
             */
            weight: number;
        };
        /** @description One line of the bill. */
        ExpenseItemRequest: {
            name: string;
            /** @description Of the whole line. */
            amount: components["schemas"]["Money"];
            /** @description What came back for it; the total is what is left after it. */
            refunded?: components["schemas"]["Money"];
            /** @description Who had it; where nobody did, everybody carries it equally. */
            claimedBy?: components["schemas"]["ExpenseItemClaimRequest"][];
        };
        /** @description Who had it. */
        ExpenseItemClaimRequest: {
            /** Format: uuid */
            userId: string;
            /**
             * Format: int64
             * @description Against those of the others: 2 beside 1 carries two thirds.
             * @default 1
             */
            weight?: number;
        };
        /** @description What somebody paid for the group. */
        CreateExpenseRequest: {
            description: string;
            /**
             * Format: date
             * @description Today where it is left out.
             */
            date?: string;
            total: components["schemas"]["Money"];
            method: components["schemas"]["SplitMethod"];
            /** @description Who paid; adds up to the total. */
            paidBy: components["schemas"]["ExpensePayment"][];
            /** @description Who is in, with what the method asks for; for `items` those who carry what nobody claims. */
            shares?: components["schemas"]["ExpenseShareRequest"][];
            /** @description For `items` only. */
            items?: components["schemas"]["ExpenseItemRequest"][];
            category?: string;
            note?: string;
            /**
             * Format: uuid
             * @description An order of your own.
             */
            transactionId?: string;
        };
        /** @description What to change; what is left out stays, null clears. */
        ExpensePatch: {
            description?: string;
            /** Format: date */
            date?: string;
            total?: components["schemas"]["Money"];
            method?: components["schemas"]["SplitMethod"];
            /** @description Who paid; adds up to the total. */
            paidBy?: components["schemas"]["ExpensePayment"][];
            /** @description Who is in, with what the method asks for; for `items` those who carry what nobody claims. */
            shares?: components["schemas"]["ExpenseShareRequest"][];
            /** @description For `items` only. */
            items?: components["schemas"]["ExpenseItemRequest"][];
            category?: string | null;
            note?: string | null;
            /**
             * Format: uuid
             * @description An order of your own.
             */
            transactionId?: string | null;
        };
        /** @description One change of an expense. */
        ExpenseChange: {
            /**
             * Format: int64
             * @description The version it made.
             */
            version: number;
            /** @enum {string} */
            action: "created" | "updated" | "deleted" | "restored" | "share_paid" | "share_pending";
            by: {
                /** Format: uuid */
                userId: string;
                name: string;
            };
            /** Format: date-time */
            at: string;
            /** @description What was and is, in words. */
            changes: components["schemas"]["FieldChange"][];
        };
        /** @description One field before and after, in words for people. */
        FieldChange: {
            field: string;
            /** @description Null where there was nothing. */
            before: string | null;
            /** @description Null where there is nothing any more. */
            after: string | null;
        };
        /** @description Whether the share is paid. */
        SetShareStatusRequest: {
            status: components["schemas"]["ShareStatus"];
        };
        /** @description Who owes whom in a group. */
        Balances: {
            /** @description By currency, those of the group's expenses and settlements. */
            currencies: components["schemas"]["CurrencyBalance"][];
        };
        /** @description What is owed in one currency. */
        CurrencyBalance: {
            currency: components["schemas"]["Currency"];
            /** @description Every active member, and whoever left; the nets add up to zero. */
            members: components["schemas"]["MemberBalance"][];
            /** @description The debts between each two people. */
            asIs: components["schemas"]["Debt"][];
            /** @description The same in as few payments as it takes. */
            simplified: components["schemas"]["Debt"][];
        };
        /** @description What one person is owed or owes. */
        MemberBalance: {
            /** Format: uuid */
            userId: string;
            name: string;
            /** @description Above zero they are owed, below zero they owe. */
            net: components["schemas"]["Money"];
        };
        /** @description What one person owes another. */
        Debt: {
            /**
             * Format: uuid
             * @description Who owes.
             */
            from: string;
            /**
             * Format: uuid
             * @description Who is owed.
             */
            to: string;
            amount: components["schemas"]["Money"];
        };
        /** @description One page of settlements. */
        SettlementList: {
            items: components["schemas"]["Settlement"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A payment between two members. No money moves here. */
        Settlement: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            groupId: string;
            /**
             * Format: uuid
             * @description Who paid.
             */
            from: string;
            /**
             * Format: uuid
             * @description Who got it.
             */
            to: string;
            /** @description What it settles. */
            amount: components["schemas"]["Money"];
            /**
             * @description Counts in the balances while it is `confirmed`; `proposed` waits for the receiver, `voided` was taken back.
             * @enum {string}
             */
            status: "proposed" | "confirmed" | "voided";
            /** @description How it was paid, where that was in another currency. */
            exchange: components["schemas"]["Exchange"] | (never | null);
            /**
             * Format: uuid
             * @description The expense whose share it pays.
             */
            expenseId: string | null;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description Null until the receiver confirms it.
             */
            confirmedAt: string | null;
            /**
             * Format: date-time
             * @description Null unless it was taken back.
             */
            voidedAt: string | null;
        };
        /** @description A payment in another currency than what it settles. */
        Exchange: {
            /** @description What changed hands: the amount times the rate, rounded to the currency. */
            paid: components["schemas"]["Money"];
            /** @description What one unit of the amount's currency costs in the currency paid. */
            rate: string;
            /** @description By whose word the rate is. */
            source: string;
        };
        /** @description A payment of the caller. */
        CreateSettlementRequest: {
            /**
             * Format: uuid
             * @description The caller; nobody can speak for others.
             */
            from?: string;
            /**
             * Format: uuid
             * @description Who got it.
             */
            to: string;
            amount: components["schemas"]["Money"];
            exchange?: components["schemas"]["Exchange"];
        };
        /** @description One page of card products. */
        CardProductList: {
            items: components["schemas"]["CardProduct"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A kind of card as its issuer offers it, with what is known of its terms. */
        CardProduct: {
            /** Format: uuid */
            id: string;
            issuer: string;
            name: string;
            /** @enum {string} */
            network: "amex" | "visa" | "mastercard" | "discover" | "private";
            annualFee: components["schemas"]["Money"];
            /** @description Of purchases from abroad. */
            foreignFeePercent: number;
            rules: components["schemas"]["RewardRule"][];
            /** @description What a point is taken to be worth, in hundredths of a cent; 100 for cash. */
            pointValue: number;
            /** @description Groups of categories of which the holder chooses some. */
            choices: components["schemas"]["ChoiceGroup"][];
            /**
             * Format: date
             * @description When the facts were read.
             */
            asOf: string;
            /** @description Where they were read. */
            source: string;
            /** @description True where the network or the fees could not be confirmed. */
            illustrative: boolean;
            /** @description What is left out, and what could not be confirmed. */
            note: string | null;
        };
        /** @description Categories of which the holder chooses some. */
        ChoiceGroup: {
            name: string;
            /** @description How many may be chosen at once. */
            max: number;
            /** @description What the issuer takes where nothing was chosen. */
            default: string | null;
            categories: string[];
        };
        /** @description What a card pays on some purchases. */
        RewardRule: {
            /** Format: uuid */
            id: string;
            /**
             * @description `base` pays on everything, `category` on the category, `merchant` on the merchant.
             * @enum {string}
             */
            kind: "base" | "category" | "merchant";
            category: string | null;
            /** @description The slug of the merchant. */
            merchant: string | null;
            /** @description The reward in percent of the spend at the product's own point value. */
            ratePercent: number;
            description: string;
            /** @description Spend beyond it earns the base rate. */
            cap: components["schemas"]["RewardCap"] | (never | null);
            /**
             * Format: date
             * @description The first day; null where it always was so.
             */
            validFrom: string | null;
            /**
             * Format: date
             * @description The last day; null where no end is known.
             */
            validTo: string | null;
            /** @description A rotating rule of this quarter only, such as 2026-Q4. */
            quarter: string | null;
            /** @description Pays only when the quarter, or the rule's id, is among the card's activations. */
            requiresActivation: boolean;
            /** @description Pays only when its category is among the card's choices in this group. */
            choiceGroup: string | null;
            /** @description Where it was read. */
            source: string;
            /**
             * Format: date
             * @description When it was read.
             */
            asOf: string;
            /** @description True where the fact could not be verified at its source. */
            illustrative: boolean;
            /** @description What the rule leaves out. */
            note: string | null;
        };
        /** @description How much spending a rule pays on. */
        RewardCap: {
            amount: components["schemas"]["Money"];
            /** @enum {string} */
            period: "month" | "quarter" | "year";
        };
        /** @description One page of cards. */
        CardList: {
            items: components["schemas"]["Card"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A card the caller holds. Never its number. */
        AddCardRequest: {
            /** Format: uuid */
            productId: string;
            nickname?: string;
            lastFour?: string;
            limit?: components["schemas"]["NonNegativeMoney"];
            balance?: components["schemas"]["Money"];
            pointValue?: components["schemas"]["PointValue"];
            choices?: components["schemas"]["CardChoices"];
            activations?: components["schemas"]["CardActivations"];
        };
        /** @description What to change; what is left out stays, null clears. */
        CardPatch: {
            /** Format: uuid */
            productId?: string;
            nickname?: string | null;
            lastFour?: string | null;
            limit?: components["schemas"]["NonNegativeMoney"] | (never | null);
            balance?: components["schemas"]["Money"] | (never | null);
            pointValue?: components["schemas"]["PointValue"] | (null);
            choices?: components["schemas"]["CardChoice"][] | null;
            activations?: components["schemas"]["CardActivation"][] | null;
        };
        /** @description The merchant, the category, or both. */
        RecommendCardRequest: {
            /** @description As people call it; one that is not known is taken for its category, or for everything else. */
            merchant?: string;
            /** @description What the purchase counts as; without it the merchant's. */
            category?: string;
            amount: components["schemas"]["PositiveMoney"];
            /**
             * Format: date
             * @description The day of the purchase in the caller's time zone; today without it. What was bought until the end of that day counts against the caps.
             */
            date?: string;
            /**
             * @description The merchant charges from abroad.
             * @default false
             */
            abroad?: boolean;
            /** @description Compute with the rules of an earlier answer instead of today's. */
            ruleVersion?: string;
        };
        /** @description What one point is worth to the user, in hundredths of a cent (100 is one cent). */
        PointValue: number;
        /** @description The categories the user chose where the product lets them. */
        CardChoices: components["schemas"]["CardChoice"][];
        /** @description The name of a category. */
        CardChoice: string;
        /** @description The quarters the user activated where the product has rotating categories, and the ids of single rules. */
        CardActivations: components["schemas"]["CardActivation"][];
        /** @description A quarter, such as 2026-Q4, or the id of a rule. */
        CardActivation: string;
        /** @description A card the caller holds. */
        Card: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            productId: string;
            nickname: string | null;
            lastFour: string | null;
            /** @description The credit limit; null where the user did not say. */
            limit: components["schemas"]["Money"] | (never | null);
            /** @description What was owed on it when the user last said so; null where they did not. */
            balance: components["schemas"]["Money"] | (never | null);
            /** @description In hundredths of a cent; null for the product's own value. */
            pointValue: number | null;
            /** @description The categories the user chose where the product lets them. */
            choices: string[];
            /** @description Quarters such as 2026-Q4, and ids of rules. */
            activations: string[];
            /** @enum {string} */
            status: "active" | "removed";
            /**
             * Format: int64
             * @description Moves with every change; the `ETag` is this number in quotes.
             */
            version: number;
        };
        /** @description One page of accounts. */
        AccountList: {
            items: components["schemas"]["Account"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A linked account at a merchant. */
        Account: {
            /** Format: uuid */
            id: string;
            /** @description The name of the merchant. */
            institution: string;
            /** Format: int64 */
            merchantId: number;
            accountName: string;
            /** @enum {string} */
            accountType: "merchant";
            /**
             * @description `login_required`, `disconnected` and `revoked` wait for the user, whose `nextStep` says what to do; orders read before stay.
             * @enum {string}
             */
            status: "connected" | "syncing" | "login_required" | "disconnected" | "revoked";
            /** @description Why the status is what it is, for people; null where there is nothing to say. */
            reason: string | null;
            permissions: {
                /** @description Orders are read. */
                transactions: boolean;
                /** @description Cards can be put on file. */
                cards: boolean;
            };
            /** @description Null where the merchant tells of none. */
            balance: components["schemas"]["Money"] | (never | null);
            /** Format: date-time */
            lastSyncedAt: string | null;
            /** @description What the user can do about the status. */
            nextStep: string | null;
            /** @description Null where none was tried. */
            cardSwitch: components["schemas"]["CardSwitch"] | (never | null);
            /** @description The account and its orders are made up. */
            mock: boolean;
        };
        /** @description The newest attempt to put a card on file at the merchant. */
        CardSwitch: {
            /** @enum {string} */
            status: "requested" | "sent" | "updated" | "failed";
            /** @description Goes back with the card, in `switchCard`. */
            taskId: string;
            /**
             * Format: date-time
             * @description Until when a card can be sent.
             */
            expiresAt: string | null;
            /** @description Why it failed, for people. */
            reason: string | null;
        };
        /** @description A public key, its members spelled as RFC 7517 does. */
        CardKey: {
            /** @enum {string} */
            kty: "RSA";
            alg: string;
            use: string;
            key_ops: string[];
            kid: string;
            /** @description The modulus, base64url. */
            n: string;
            /** @description The exponent, base64url. */
            e: string;
        };
        /** @description A card for the merchant that waits for one. */
        SwitchCardRequest: {
            /** @description As `cardSwitch` of the account and the hint have it. */
            taskId: string;
            /** @description The encrypted card, in the compact form of RFC 7516. */
            jwe: string;
        };
        /** @description Nothing more is said to vendors. */
        WebhookReceipt: {
            /** @enum {boolean} */
            received: true;
        };
        /** @description How all linked accounts are. */
        AccountsStatus: {
            /** @description Some of the accounts are mock data. */
            mock: boolean;
            total: number;
            connected: number;
            syncing: number;
            /** @description Accounts that only the user can bring back. */
            needsAttention: number;
            /**
             * Format: date-time
             * @description The latest sync of any account.
             */
            lastSyncedAt: string | null;
            /** @description All accounts, by institution. */
            accounts: components["schemas"]["AccountState"][];
        };
        /** @description How one account is, as `Account` says it too. */
        AccountState: {
            /** Format: uuid */
            id: string;
            institution: string;
            /** @enum {string} */
            status: "connected" | "syncing" | "login_required" | "disconnected" | "revoked";
            reason: string | null;
            /** @description What the user can do about the status. */
            nextStep: string | null;
            /** Format: date-time */
            lastSyncedAt: string | null;
        };
        /** @description One page of merchants. */
        MerchantList: {
            items: components["schemas"]["Merchant"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A merchant whose accounts can be linked. */
        Merchant: {
            /**
             * Format: int64
             * @description The vendor's number.
             */
            id: number;
            name: string;
            slug: string;
            category: string;
            logoUrl: string | null;
            /** @description What can be linked there. */
            products: ("transactions" | "card_switcher")[];
        };
        /** @description One page of orders. */
        TransactionList: {
            items: components["schemas"]["Transaction"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description One order. All amounts are in the order's currency. */
        Transaction: {
            /** Format: uuid */
            id: string;
            /** @description The merchant's own number of the order. */
            externalId: string;
            /** Format: uuid */
            accountId: string;
            merchant: components["schemas"]["TransactionMerchant"];
            /**
             * Format: date-time
             * @description When it was ordered.
             */
            placedAt: string;
            /** @description The merchant's word, such as `ordered`, `delivered`, `cancelled` or `refunded`. */
            status: string;
            subtotal: components["schemas"]["Money"];
            /** @description What stands between subtotal and total. */
            adjustments: components["schemas"]["TransactionAdjustment"][];
            total: components["schemas"]["Money"];
            items: components["schemas"]["TransactionItem"][];
            /** @description How it was paid. Of a card its brand and last four digits are all that is known. */
            paymentMethods: components["schemas"]["TransactionPayment"][];
            /** @description The user's own choice, else the merchant's. */
            category: string;
            note: string | null;
            /** @description Of the receipt. */
            url: string | null;
        };
        /** @description Where it was ordered. */
        TransactionMerchant: {
            /** Format: int64 */
            id: number;
            name: string;
        };
        /** @description A line between subtotal and total; below zero it takes away. */
        TransactionAdjustment: {
            /** @enum {string} */
            type: "discount" | "tax" | "tip" | "fee" | "refund" | "other";
            /** @description As the merchant calls it. */
            label: string;
            amount: components["schemas"]["Money"];
        };
        /** @description One line of an order. */
        TransactionItem: {
            name: string;
            quantity: number;
            unitPrice: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** @description The merchant's; the same product keeps it. */
            productId: string | null;
        };
        /** @description What was paid in one way. */
        TransactionPayment: {
            type: string;
            brand: string | null;
            lastFour: string | null;
            amount: components["schemas"]["Money"];
        };
        /** @description What to change; what is left out stays, null clears. */
        UpdateTransactionRequest: {
            /** @description One of the categories the service knows; null for the merchant's own. */
            category?: string | null;
            note?: string | null;
        };
        /** @description One page of products. */
        ProductList: {
            items: components["schemas"]["Product"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description An article of a merchant. */
        Product: {
            /** Format: uuid */
            id: string;
            name: string;
            merchant: string;
            url: string | null;
            current: components["schemas"]["Money"];
            /**
             * Format: date-time
             * @description When this price was last seen.
             */
            seenAt: string;
            /**
             * @description Always `unknown` of what only the caller's orders tell of.
             * @enum {string}
             */
            availability: "in_stock" | "out_of_stock" | "unknown";
            source: components["schemas"]["PriceSource"];
            /** @description The prices are made up by a mock. */
            mock: boolean;
        };
        /**
         * @description Whether the product feed told a price, or the caller's own order. The latter is seen by nobody else.
         * @enum {string}
         */
        PriceSource: "feed" | "order";
        /** @description One page of prices. */
        ProductPriceList: {
            items: components["schemas"]["ProductPrice"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A price, from when it was seen first until it was last seen. */
        ProductPrice: {
            /**
             * Format: date-time
             * @description When this price was first seen.
             */
            at: string;
            price: components["schemas"]["Money"];
            /**
             * Format: date-time
             * @description When it was last seen again unchanged; never, where it equals `at`.
             */
            lastSeenAt: string;
            source: components["schemas"]["PriceSource"];
            /**
             * Format: uuid
             * @description The order that tells of it.
             */
            transactionId: string | null;
        };
        /** @description One page of price alerts. */
        PriceAlertList: {
            items: components["schemas"]["PriceAlert"][];
            nextCursor: components["schemas"]["NextCursor"];
        };
        /** @description A price the user waits for. */
        PriceAlert: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            productId: string;
            direction: components["schemas"]["AlertDirection"];
            /** @description The price waited for; null where that is said by `percent`. */
            threshold: components["schemas"]["Money"] | (never | null);
            /** @description How far from the price of the day the alert was set; null where `threshold` says it. */
            percent: number | null;
            /** @description The last price that counts as reached, whichever way it was said. */
            target: components["schemas"]["Money"];
            /** @description Fires again after the price has gone back by 2% of the target, at least a cent; else once. */
            rearm: boolean;
            /** @description Null where it may be told at any time. */
            quietHours: components["schemas"]["QuietHours"] | (never | null);
            /** Format: date-time */
            expiresAt: string | null;
            /**
             * @description `armed` waits for the price, `resting` has fired and waits for the price to go back, `done` has fired for good, `expired` was not reached in time.
             * @enum {string}
             */
            status: "armed" | "resting" | "done" | "expired";
            /**
             * Format: date-time
             * @description Null until it has fired.
             */
            lastFiredAt: string | null;
            /** @description A word on the target for people, such as that the price has never been there. */
            hint: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description Whether it waits for the price to fall (`below`) or to rise (`above`).
         * @enum {string}
         */
        AlertDirection: "below" | "above";
        /** @description A part of the day in the user's time zone, from a minute up to and without another; it may run over midnight. */
        QuietHours: {
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /**
         * @description Hours and minutes.
         * @example 22:00
         */
        TimeOfDay: string;
        /** @description Exactly one of `threshold` and `percent`. */
        CreatePriceAlertRequest: {
            /** Format: uuid */
            productId: string;
            direction: components["schemas"]["AlertDirection"];
            /** @description In the currency of the product. */
            threshold?: components["schemas"]["Money"];
            percent?: components["schemas"]["AlertPercent"];
            /**
             * @description Fires again after the price has gone back; else once.
             * @default false
             */
            rearm?: boolean;
            /** @description From 22:00 to 07:00 where it is left out; null for none. */
            quietHours?: components["schemas"]["QuietHours"] | (never | null);
            /**
             * Format: date-time
             * @description In the future.
             */
            expiresAt?: string | null;
        };
        /** @description What to change; what is left out stays, null clears. */
        UpdatePriceAlertRequest: {
            direction?: components["schemas"]["AlertDirection"];
            /** @description In the currency of the product; takes the place of `percent`. */
            threshold?: components["schemas"]["Money"];
            percent?: components["schemas"]["AlertPercent"];
            rearm?: boolean;
            quietHours?: components["schemas"]["QuietHours"] | (never | null);
            /** Format: date-time */
            expiresAt?: string | null;
        };
        /**
         * @description At most two decimals; takes the place of `threshold`. Below means less than all of the price, 99.99 at most.
         * @example 10
         */
        AlertPercent: number;
        /** @description One page of insights. */
        InsightList: {
            items: components["schemas"]["Insight"][];
            nextCursor: components["schemas"]["NextCursor"];
            /**
             * Format: date-time
             * @description When they were computed.
             */
            asOf: string;
            /** @description Orders, cards or what figures are shown in changed since; a new computation is under way. */
            stale: boolean;
        };
        /** @description One finding, in words and a figure. */
        Insight: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            type: "optimization" | "spending" | "rewards" | "warning" | "success";
            title: string;
            description: string;
            /** @description A short figure. */
            impact: string;
            /** @description Null where it is about no sum. */
            amount: components["schemas"]["Money"] | (never | null);
            /** @description What the user could do; null where there is nothing to do. */
            action: string | null;
            /** Format: date */
            date: string;
            sources: components["schemas"]["Source"][];
            /**
             * Format: date-time
             * @description When it was computed.
             */
            asOf: string;
        };
        /** @description A month in words and figures. */
        Summary: {
            month: string;
            /** @description A few sentences for people. */
            summary: string;
            totalSpend: components["schemas"]["Money"];
            /** @description Spending in other currencies, not converted. */
            otherTotals: components["schemas"]["Money"][];
            rewardsEarned: components["schemas"]["Money"];
            /** @description The one with the most spending; null without any. */
            topCategory: string | null;
            orderCount: number;
            byCategory: components["schemas"]["CategorySpend"][];
            /** @description The orders, cards and reward rules that the figures rest on, the orders compared with too. */
            sources: components["schemas"]["Source"][];
            /**
             * Format: date-time
             * @description When it was computed.
             */
            asOf: string;
            /** @description Orders, cards or what figures are shown in changed since; a new computation is under way. */
            stale: boolean;
        };
        /** @description What one category of a month comes to. */
        CategorySpend: {
            category: string;
            amount: components["schemas"]["Money"];
            /** @description Against the month before, up to the same day of the month; null where there was nothing to compare. */
            changePercent: number | null;
        };
        /** @description What the settings screen shows. */
        Settings: {
            account: {
                name: string;
                email: string;
                emailVerified: boolean;
                onboardingStatus: components["schemas"]["OnboardingStatus"];
            };
            connectedAccounts: {
                total: number;
                names: string[];
            };
            preferences: components["schemas"]["Preferences"];
            security: {
                twoFactorEnabled: boolean;
                /** Format: date-time */
                lastPasswordChangeAt: string;
                activeSessions: number;
            };
        };
        /** @description What the user decides. */
        Preferences: {
            notifications: {
                /** @description Mails are sent. */
                email: boolean;
                /** @description Always false; there is no push provider yet. */
                push: boolean;
                /** @description Findings about unusual spending are told. */
                spendingAlerts: boolean;
                /** @description Reminders about cards and rewards are told. */
                rewardReminders: boolean;
            };
            privacy: {
                /** @description Where it is off, a reply for which purchases of the user were read is not sent to any provider that words replies, in whole or in part: our own engine says it. Nothing is missing from such a reply. */
                shareSpendingData: boolean;
                /** @description Kept for the analytics of all users together; until they exist it changes nothing. */
                analytics: boolean;
            };
            ai: {
                /** @description Where it is off, the co-pilot answers nothing the user says, in no chat, and cannot be asked for another reply. What is said is stored, `aiMessage` is null. A reply that was begun before is finished. */
                enabled: boolean;
                /** @description Where it is off, in a chat whose `aiPolicy` is `auto` the co-pilot answers the user only when it is addressed. */
                autoSuggestions: boolean;
                /** @description Where it is off, replies to the user have no stages, neither stored nor streamed. */
                showThinking: boolean;
            };
            display: {
                theme: components["schemas"]["Theme"];
                currency: components["schemas"]["Currency"];
                dateFormat: components["schemas"]["DateFormat"];
                /** @description An IANA time zone; days and months begin by it. */
                timeZone: string;
            };
        };
        /**
         * @description How the client looks; for the client alone.
         * @enum {string}
         */
        Theme: "system" | "light" | "dark";
        /**
         * @description How days are written in replies, insights and summaries.
         * @enum {string}
         */
        DateFormat: "MM/DD/YYYY" | "DD/MM/YYYY" | "YYYY-MM-DD";
        /** @description One preference or several; what is left out stays. */
        SettingsPatch: {
            preferences?: components["schemas"]["PreferencesPatch"];
        };
        /** @description What to change; what is left out stays. */
        PreferencesPatch: {
            notifications?: {
                email?: boolean;
                /** @description There is no push provider yet, so true is refused. */
                push?: boolean;
                spendingAlerts?: boolean;
                rewardReminders?: boolean;
            };
            privacy?: {
                shareSpendingData?: boolean;
                analytics?: boolean;
            };
            ai?: {
                enabled?: boolean;
                autoSuggestions?: boolean;
                showThinking?: boolean;
            };
            display?: {
                theme?: components["schemas"]["Theme"];
                currency?: components["schemas"]["Currency"];
                dateFormat?: components["schemas"]["DateFormat"];
                timeZone?: string;
            };
        };
        /** @description The process runs. */
        Health: {
            /** @enum {string} */
            status: "ok";
            version: string;
        };
        /** @description The process can serve. */
        Readiness: {
            /** @enum {string} */
            status: "ready";
            checks: components["schemas"]["ReadinessCheck"][];
        };
        /** @description One thing that serving needs. */
        ReadinessCheck: {
            name: string;
            ok: boolean;
        };
    };
    responses: {
        /** @description Not parseable. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No token, or one that is expired, forged or revoked. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                /** @description How to sign in (RFC 6750). */
                "WWW-Authenticate"?: string;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description E-mail or password are wrong; which of the two is not said. */
        InvalidCredentials: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The vendor did not sign this. */
        InvalidSignature: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description You may see it but not do this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not possible as things stand, or an identical request is still being worked on. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The member owes or is owed something (`unsettled_balance`), or is the owner and cannot leave (`conflict`). */
        UnsettledBalance: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not there, or not yours. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The e-mail already has an account. */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource changed since the version in `If-Match`. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than 1 MiB. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body has another media type than the operation takes. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Readable, but some fields or parameters are not valid; `errors` names each. */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too often, or too much at a time. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
                "Retry-After": components["headers"]["RetryAfter"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Readable, but not valid; `errors` names each field. Parts that do not add up have the code `split_mismatch`, with `sum`, `difference` and what would do. */
        InvalidExpense: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Our fault. The text is always the same; the cause is in our log under the request id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not ready to serve, or the vendor that is needed for it does not answer; nothing was changed. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                RateLimit: components["headers"]["RateLimit"];
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description How many items at most.
         * @example 20
         */
        Limit: number;
        /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
        Cursor: string;
        /**
         * @description The proposal, as `proposalId` of the reply that makes it.
         * @example 019ab0ca-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        ProposalId: string;
        /**
         * @description The chat.
         * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        ChatId: string;
        /**
         * @description The message.
         * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
         */
        MessageId: string;
        /**
         * @description The group, which is also the id of its chat.
         * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        GroupId: string;
        /**
         * @description The account.
         * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        AccountId: string;
        /**
         * @description The order.
         * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        TransactionId: string;
        /**
         * @description The price alert.
         * @example 019ab0e3-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        AlertId: string;
        /**
         * @description The expense.
         * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        ExpenseId: string;
        /**
         * @description The settlement.
         * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        SettlementId: string;
        /**
         * @description The product.
         * @example 019ab0e1-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        ProductId: string;
        /**
         * @description The user.
         * @example 019ab0c4-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        UserId: string;
        /**
         * @description The invitation.
         * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        InviteId: string;
        /**
         * @description The card.
         * @example 019ab0c9-7c1e-7d20-8a44-1f0c2b3d4e5f
         */
        CardId: string;
        /**
         * @description `respond-async`, or `wait=N` in seconds (RFC 7240). Preferences not known here are ignored.
         * @example wait=10
         */
        Prefer: string;
        /**
         * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
         * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
         */
        IdempotencyKey: string;
        /**
         * @description The number of the last event that was received.
         * @example 3
         */
        LastEventId: string;
        /** @description Only `0` has a meaning; answer what exists and end. */
        StreamWait: 0;
        /**
         * @description Change only this version (the `ETag` last seen); else 412.
         * @example "3"
         */
        IfMatch: string;
        /**
         * @description Answer 304 when this is still the version.
         * @example "3"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description The version of the resource. */
        ETag: string;
        /** @description Present and `true` when this repeats an earlier answer. */
        IdempotencyReplayed: "true";
        /** @description Where to read the reply. */
        ReplyLocation: string;
        /** @description The id of this request, as sent or made here; it is in every log line. */
        RequestId: string;
        /** @description What is allowed: the name of each limit with its quota `q`, and the window `w` in seconds or the unit `qu`. Absent where there is no limit. */
        RateLimitPolicy: string;
        /** @description What is left of it (`r`), and in how many seconds all of it is there again (`t`). */
        RateLimit: string;
        /** @description In how many seconds the next request passes. */
        RetryAfter: number;
    };
    pathItems: never;
}
export type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type FieldError = components['schemas']['FieldError'];
export type Money = components['schemas']['Money'];
export type Currency = components['schemas']['Currency'];
export type NonNegativeMoney = components['schemas']['NonNegativeMoney'];
export type PositiveMoney = components['schemas']['PositiveMoney'];
export type Email = components['schemas']['Email'];
export type Password = components['schemas']['Password'];
export type SignupRequest = components['schemas']['SignupRequest'];
export type LoginRequest = components['schemas']['LoginRequest'];
export type PasswordGrant = components['schemas']['PasswordGrant'];
export type RefreshRequest = components['schemas']['RefreshRequest'];
export type TokenAnswer = components['schemas']['TokenAnswer'];
export type OnboardingStatus = components['schemas']['OnboardingStatus'];
export type User = components['schemas']['User'];
export type SessionAnswer = components['schemas']['SessionAnswer'];
export type Session = components['schemas']['Session'];
export type Features = components['schemas']['Features'];
export type Integration = components['schemas']['Integration'];
export type StartOnboardingRequest = components['schemas']['StartOnboardingRequest'];
export type OnboardingSession = components['schemas']['OnboardingSession'];
export type CompleteOnboardingRequest = components['schemas']['CompleteOnboardingRequest'];
export type OnboardingExtension = components['schemas']['OnboardingExtension'];
export type OnboardingResult = components['schemas']['OnboardingResult'];
export type AiPolicy = components['schemas']['AiPolicy'];
export type NextCursor = components['schemas']['NextCursor'];
export type ChatList = components['schemas']['ChatList'];
export type CreateChatRequest = components['schemas']['CreateChatRequest'];
export type ChatPatch = components['schemas']['ChatPatch'];
export type Chat = components['schemas']['Chat'];
export type ChatType = components['schemas']['ChatType'];
export type ChatDetail = components['schemas']['ChatDetail'];
export type MemberRole = components['schemas']['MemberRole'];
export type Member = components['schemas']['Member'];
export type MessageList = components['schemas']['MessageList'];
export type SendMessageRequest = components['schemas']['SendMessageRequest'];
export type EditMessageRequest = components['schemas']['EditMessageRequest'];
export type SetFeedbackRequest = components['schemas']['SetFeedbackRequest'];
export type Rating = components['schemas']['Rating'];
export type MarkReadRequest = components['schemas']['MarkReadRequest'];
export type ReadState = components['schemas']['ReadState'];
export type ReplyEvent = components['schemas']['ReplyEvent'];
export type ReplyStarted = components['schemas']['ReplyStarted'];
export type ReplyThinking = components['schemas']['ReplyThinking'];
export type ReplyDrawer = components['schemas']['ReplyDrawer'];
export type ReplyDelta = components['schemas']['ReplyDelta'];
export type ReplyCompleted = components['schemas']['ReplyCompleted'];
export type ReplyStopped = components['schemas']['ReplyStopped'];
export type ReplyFailed = components['schemas']['ReplyFailed'];
export type StreamReconnect = components['schemas']['StreamReconnect'];
export type StreamResync = components['schemas']['StreamResync'];
export type HintEvent = components['schemas']['HintEvent'];
export type MessageCreated = components['schemas']['MessageCreated'];
export type ReplyEnded = components['schemas']['ReplyEnded'];
export type AlertFired = components['schemas']['AlertFired'];
export type ChatUpdated = components['schemas']['ChatUpdated'];
export type AccountUpdated = components['schemas']['AccountUpdated'];
export type CardSwitchRequested = components['schemas']['CardSwitchRequested'];
export type MemberJoined = components['schemas']['MemberJoined'];
export type InsightCreated = components['schemas']['InsightCreated'];
export type Turn = components['schemas']['Turn'];
export type Message = components['schemas']['Message'];
export type Sender = components['schemas']['Sender'];
export type Action = components['schemas']['Action'];
export type MessageStatus = components['schemas']['MessageStatus'];
export type MessageVersion = components['schemas']['MessageVersion'];
export type Source = components['schemas']['Source'];
export type Usage = components['schemas']['Usage'];
export type Feedback = components['schemas']['Feedback'];
export type Proposal = components['schemas']['Proposal'];
export type ProposalStatus = components['schemas']['ProposalStatus'];
export type ProposalWritten = components['schemas']['ProposalWritten'];
export type DrawerData = components['schemas']['DrawerData'];
export type CardDrawer = components['schemas']['CardDrawer'];
export type Purchase = components['schemas']['Purchase'];
export type RankedCard = components['schemas']['RankedCard'];
export type PayingRule = components['schemas']['PayingRule'];
export type ExcludedCard = components['schemas']['ExcludedCard'];
export type CardSplit = components['schemas']['CardSplit'];
export type CardSplitPart = components['schemas']['CardSplitPart'];
export type Utilization = components['schemas']['Utilization'];
export type SplitDrawer = components['schemas']['SplitDrawer'];
export type SplitPayer = components['schemas']['SplitPayer'];
export type SplitShare = components['schemas']['SplitShare'];
export type SplitTransfer = components['schemas']['SplitTransfer'];
export type TrackerDrawer = components['schemas']['TrackerDrawer'];
export type TrackedProduct = components['schemas']['TrackedProduct'];
export type PricePoint = components['schemas']['PricePoint'];
export type GroupList = components['schemas']['GroupList'];
export type CreateGroupRequest = components['schemas']['CreateGroupRequest'];
export type GroupPatch = components['schemas']['GroupPatch'];
export type MemberPatch = components['schemas']['MemberPatch'];
export type CreateInviteRequest = components['schemas']['CreateInviteRequest'];
export type Invite = components['schemas']['Invite'];
export type InviteList = components['schemas']['InviteList'];
export type AcceptInviteRequest = components['schemas']['AcceptInviteRequest'];
export type Group = components['schemas']['Group'];
export type ExpenseList = components['schemas']['ExpenseList'];
export type SplitMethod = components['schemas']['SplitMethod'];
export type Expense = components['schemas']['Expense'];
export type ExpenseDetail = components['schemas']['ExpenseDetail'];
export type ExpensePayment = components['schemas']['ExpensePayment'];
export type ExpenseShare = components['schemas']['ExpenseShare'];
export type ShareStatus = components['schemas']['ShareStatus'];
export type ExpenseShareRequest = components['schemas']['ExpenseShareRequest'];
export type ExpenseItem = components['schemas']['ExpenseItem'];
export type ExpenseItemClaim = components['schemas']['ExpenseItemClaim'];
export type ExpenseItemRequest = components['schemas']['ExpenseItemRequest'];
export type ExpenseItemClaimRequest = components['schemas']['ExpenseItemClaimRequest'];
export type CreateExpenseRequest = components['schemas']['CreateExpenseRequest'];
export type ExpensePatch = components['schemas']['ExpensePatch'];
export type ExpenseChange = components['schemas']['ExpenseChange'];
export type FieldChange = components['schemas']['FieldChange'];
export type SetShareStatusRequest = components['schemas']['SetShareStatusRequest'];
export type Balances = components['schemas']['Balances'];
export type CurrencyBalance = components['schemas']['CurrencyBalance'];
export type MemberBalance = components['schemas']['MemberBalance'];
export type Debt = components['schemas']['Debt'];
export type SettlementList = components['schemas']['SettlementList'];
export type Settlement = components['schemas']['Settlement'];
export type Exchange = components['schemas']['Exchange'];
export type CreateSettlementRequest = components['schemas']['CreateSettlementRequest'];
export type CardProductList = components['schemas']['CardProductList'];
export type CardProduct = components['schemas']['CardProduct'];
export type ChoiceGroup = components['schemas']['ChoiceGroup'];
export type RewardRule = components['schemas']['RewardRule'];
export type RewardCap = components['schemas']['RewardCap'];
export type CardList = components['schemas']['CardList'];
export type AddCardRequest = components['schemas']['AddCardRequest'];
export type CardPatch = components['schemas']['CardPatch'];
export type RecommendCardRequest = components['schemas']['RecommendCardRequest'];
export type PointValue = components['schemas']['PointValue'];
export type CardChoices = components['schemas']['CardChoices'];
export type CardChoice = components['schemas']['CardChoice'];
export type CardActivations = components['schemas']['CardActivations'];
export type CardActivation = components['schemas']['CardActivation'];
export type Card = components['schemas']['Card'];
export type AccountList = components['schemas']['AccountList'];
export type Account = components['schemas']['Account'];
export type CardSwitch = components['schemas']['CardSwitch'];
export type CardKey = components['schemas']['CardKey'];
export type SwitchCardRequest = components['schemas']['SwitchCardRequest'];
export type WebhookReceipt = components['schemas']['WebhookReceipt'];
export type AccountsStatus = components['schemas']['AccountsStatus'];
export type AccountState = components['schemas']['AccountState'];
export type MerchantList = components['schemas']['MerchantList'];
export type Merchant = components['schemas']['Merchant'];
export type TransactionList = components['schemas']['TransactionList'];
export type Transaction = components['schemas']['Transaction'];
export type TransactionMerchant = components['schemas']['TransactionMerchant'];
export type TransactionAdjustment = components['schemas']['TransactionAdjustment'];
export type TransactionItem = components['schemas']['TransactionItem'];
export type TransactionPayment = components['schemas']['TransactionPayment'];
export type UpdateTransactionRequest = components['schemas']['UpdateTransactionRequest'];
export type ProductList = components['schemas']['ProductList'];
export type Product = components['schemas']['Product'];
export type PriceSource = components['schemas']['PriceSource'];
export type ProductPriceList = components['schemas']['ProductPriceList'];
export type ProductPrice = components['schemas']['ProductPrice'];
export type PriceAlertList = components['schemas']['PriceAlertList'];
export type PriceAlert = components['schemas']['PriceAlert'];
export type AlertDirection = components['schemas']['AlertDirection'];
export type QuietHours = components['schemas']['QuietHours'];
export type TimeOfDay = components['schemas']['TimeOfDay'];
export type CreatePriceAlertRequest = components['schemas']['CreatePriceAlertRequest'];
export type UpdatePriceAlertRequest = components['schemas']['UpdatePriceAlertRequest'];
export type AlertPercent = components['schemas']['AlertPercent'];
export type InsightList = components['schemas']['InsightList'];
export type Insight = components['schemas']['Insight'];
export type Summary = components['schemas']['Summary'];
export type CategorySpend = components['schemas']['CategorySpend'];
export type Settings = components['schemas']['Settings'];
export type Preferences = components['schemas']['Preferences'];
export type Theme = components['schemas']['Theme'];
export type DateFormat = components['schemas']['DateFormat'];
export type SettingsPatch = components['schemas']['SettingsPatch'];
export type PreferencesPatch = components['schemas']['PreferencesPatch'];
export type Health = components['schemas']['Health'];
export type Readiness = components['schemas']['Readiness'];
export type ReadinessCheck = components['schemas']['ReadinessCheck'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseUnauthorized = components['responses']['Unauthorized'];
export type ResponseInvalidCredentials = components['responses']['InvalidCredentials'];
export type ResponseInvalidSignature = components['responses']['InvalidSignature'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseConflict = components['responses']['Conflict'];
export type ResponseUnsettledBalance = components['responses']['UnsettledBalance'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseEmailTaken = components['responses']['EmailTaken'];
export type ResponsePreconditionFailed = components['responses']['PreconditionFailed'];
export type ResponsePayloadTooLarge = components['responses']['PayloadTooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseTooManyRequests = components['responses']['TooManyRequests'];
export type ResponseInvalidExpense = components['responses']['InvalidExpense'];
export type ResponseInternalError = components['responses']['InternalError'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ParameterLimit = components['parameters']['Limit'];
export type ParameterCursor = components['parameters']['Cursor'];
export type ParameterProposalId = components['parameters']['ProposalId'];
export type ParameterChatId = components['parameters']['ChatId'];
export type ParameterMessageId = components['parameters']['MessageId'];
export type ParameterGroupId = components['parameters']['GroupId'];
export type ParameterAccountId = components['parameters']['AccountId'];
export type ParameterTransactionId = components['parameters']['TransactionId'];
export type ParameterAlertId = components['parameters']['AlertId'];
export type ParameterExpenseId = components['parameters']['ExpenseId'];
export type ParameterSettlementId = components['parameters']['SettlementId'];
export type ParameterProductId = components['parameters']['ProductId'];
export type ParameterUserId = components['parameters']['UserId'];
export type ParameterInviteId = components['parameters']['InviteId'];
export type ParameterCardId = components['parameters']['CardId'];
export type ParameterPrefer = components['parameters']['Prefer'];
export type ParameterIdempotencyKey = components['parameters']['IdempotencyKey'];
export type ParameterLastEventId = components['parameters']['LastEventId'];
export type ParameterStreamWait = components['parameters']['StreamWait'];
export type ParameterIfMatch = components['parameters']['IfMatch'];
export type ParameterIfNoneMatch = components['parameters']['IfNoneMatch'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderIdempotencyReplayed = components['headers']['IdempotencyReplayed'];
export type HeaderReplyLocation = components['headers']['ReplyLocation'];
export type HeaderRequestId = components['headers']['RequestId'];
export type HeaderRateLimitPolicy = components['headers']['RateLimitPolicy'];
export type HeaderRateLimit = components['headers']['RateLimit'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export interface operations {
    signup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignupRequest"];
            };
        };
        responses: {
            /** @description The account exists and the caller is signed in. */
            201: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["PasswordGrant"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description Always `no-store` (RFC 6749, section 5.1). */
                    "Cache-Control": string;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidCredentials"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description New tokens of the same session. */
            200: {
                headers: {
                    /** @description Always `no-store` (RFC 6749, section 5.1). */
                    "Cache-Control": string;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user and their session. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    startOnboarding: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StartOnboardingRequest"];
            };
        };
        responses: {
            /** @description The session is open. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["OnboardingSession"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    completeOnboarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteOnboardingRequest"];
            };
        };
        responses: {
            /** @description The accounts are linked. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["OnboardingResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    extendOnboarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteOnboardingRequest"];
            };
        };
        responses: {
            /** @description The session is open until then. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["OnboardingExtension"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listMerchants: {
        parameters: {
            query?: {
                /**
                 * @description Part of the name.
                 * @example uber
                 */
                q?: string;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of merchants. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["MerchantList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listChats: {
        parameters: {
            query?: {
                /**
                 * @description Only chats whose title contains this text, case ignored.
                 * @example weekend
                 */
                q?: string;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of chats. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["ChatList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createChat: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateChatRequest"];
            };
        };
        responses: {
            /** @description The chat. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Chat"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getChat: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 304 when this is still the version.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chat. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["ChatDetail"];
                };
            };
            /** @description Nothing changed since the version in `If-None-Match`. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    deleteChat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateChat: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatPatch"];
            };
        };
        responses: {
            /** @description The chat after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Chat"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of messages. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["MessageList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`, or `wait=N` in seconds (RFC 7240). Preferences not known here are ignored.
                 * @example wait=10
                 */
                Prefer?: components["parameters"]["Prefer"];
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessageRequest"];
            };
        };
        responses: {
            /** @description The message and its finished reply, or a null reply where the co-pilot stays silent. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Turn"];
                };
            };
            /** @description The message is stored and its reply is still being made. */
            202: {
                headers: {
                    /** @description Where to read the reply. */
                    Location: string;
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Turn"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message as it stands. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    editMessage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`, or `wait=N` in seconds (RFC 7240). Preferences not known here are ignored.
                 * @example wait=10
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditMessageRequest"];
            };
        };
        responses: {
            /** @description The message with its new text, and its new reply. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Turn"];
                };
            };
            /** @description The message is changed and its new reply is still being made. */
            202: {
                headers: {
                    Location: components["headers"]["ReplyLocation"];
                };
                content: {
                    "application/json": components["schemas"]["Turn"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    streamReply: {
        parameters: {
            query?: {
                /**
                 * @description Continue after this number; `Last-Event-ID` goes before it.
                 * @example 0
                 */
                after?: number;
                /** @description Only `0` has a meaning; answer what exists and end. */
                wait?: components["parameters"]["StreamWait"];
            };
            header?: {
                /**
                 * @description The number of the last event that was received.
                 * @example 3
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {};
                content: {
                    "text/event-stream": components["schemas"]["ReplyEvent"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    stopReply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reply as it ended. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    regenerateReply: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `respond-async`, or `wait=N` in seconds (RFC 7240). Preferences not known here are ignored.
                 * @example wait=10
                 */
                Prefer?: components["parameters"]["Prefer"];
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new reply. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The new reply is still being made. */
            202: {
                headers: {
                    Location: components["headers"]["ReplyLocation"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    setFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
                /**
                 * @description The message.
                 * @example 019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60
                 */
                messageId: components["parameters"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetFeedbackRequest"];
            };
        };
        responses: {
            /** @description The feedback as it stands. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    markRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The chat.
                 * @example 019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                chatId: components["parameters"]["ChatId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MarkReadRequest"];
            };
        };
        responses: {
            /** @description What is left to read. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["ReadState"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Only `0` has a meaning; answer what exists and end. */
                wait?: components["parameters"]["StreamWait"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hints. */
            200: {
                headers: {};
                content: {
                    "text/event-stream": components["schemas"]["HintEvent"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getProposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The proposal, as `proposalId` of the reply that makes it.
                 * @example 019ab0ca-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                proposalId: components["parameters"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proposal. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    confirmProposal: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The proposal, as `proposalId` of the reply that makes it.
                 * @example 019ab0ca-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                proposalId: components["parameters"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was proposed is done. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    dismissProposal: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The proposal, as `proposalId` of the reply that makes it.
                 * @example 019ab0ca-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                proposalId: components["parameters"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proposal is closed. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    undoProposal: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The proposal, as `proposalId` of the reply that makes it.
                 * @example 019ab0ca-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                proposalId: components["parameters"]["ProposalId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was there before is there again. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Proposal"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listGroups: {
        parameters: {
            query?: {
                /** @description Instead the groups I have deleted and can still bring back. */
                deleted?: boolean;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of groups. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["GroupList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createGroup: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateGroupRequest"];
            };
        };
        responses: {
            /** @description The group. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getGroup: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 304 when this is still the version.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The group. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            /** @description Nothing changed since the version in `If-None-Match`. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    deleteGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateGroup: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupPatch"];
            };
        };
        responses: {
            /** @description The group after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    removeMember: {
        parameters: {
            query?: {
                /** @description I know of what is not settled. */
                acknowledgeUnsettled?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The user.
                 * @example 019ab0c4-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                userId: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No longer a member. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["UnsettledBalance"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The user.
                 * @example 019ab0c4-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                userId: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberPatch"];
            };
        };
        responses: {
            /** @description The member after the change. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listInvites: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of invitations. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["InviteList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createInvite: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInviteRequest"];
            };
        };
        responses: {
            /** @description The invitation. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    revokeInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The invitation.
                 * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                inviteId: components["parameters"]["InviteId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    acceptInvite: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInviteRequest"];
            };
        };
        responses: {
            /** @description The group the caller is now a member of. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listExpenses: {
        parameters: {
            query?: {
                /** @description `active` (the default) or `deleted`. */
                status?: "active" | "deleted";
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of expenses. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["ExpenseList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createExpense: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateExpenseRequest"];
            };
        };
        responses: {
            /** @description The expense. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["ExpenseDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidExpense"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getExpense: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 304 when this is still the version.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The expense.
                 * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                expenseId: components["parameters"]["ExpenseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The expense. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["ExpenseDetail"];
                };
            };
            /** @description Nothing changed since the version in `If-None-Match`. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    deleteExpense: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The expense.
                 * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                expenseId: components["parameters"]["ExpenseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It no longer counts. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateExpense: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The expense.
                 * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                expenseId: components["parameters"]["ExpenseId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpensePatch"];
            };
        };
        responses: {
            /** @description The expense after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["ExpenseDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidExpense"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    restoreExpense: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The expense.
                 * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                expenseId: components["parameters"]["ExpenseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The expense. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["ExpenseDetail"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    setShareStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The expense.
                 * @example 019ab0f0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                expenseId: components["parameters"]["ExpenseId"];
                /**
                 * @description The user.
                 * @example 019ab0c4-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                userId: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetShareStatusRequest"];
            };
        };
        responses: {
            /** @description The expense after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["ExpenseDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getBalances: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The balances. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Balances"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listSettlements: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of settlements. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["SettlementList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createSettlement: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSettlementRequest"];
            };
        };
        responses: {
            /** @description The settlement. */
            201: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    confirmSettlement: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The settlement.
                 * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                settlementId: components["parameters"]["SettlementId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settlement. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    voidSettlement: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The group, which is also the id of its chat.
                 * @example 019ab0d0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                groupId: components["parameters"]["GroupId"];
                /**
                 * @description The settlement.
                 * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                settlementId: components["parameters"]["SettlementId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settlement. */
            200: {
                headers: {
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listCardProducts: {
        parameters: {
            query?: {
                /**
                 * @description Only products whose issuer or name contains this text, case ignored.
                 * @example cash
                 */
                q?: string;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of products. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["CardProductList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listCards: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of cards. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["CardList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    addCard: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddCardRequest"];
            };
        };
        responses: {
            /** @description The card. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    removeCard: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The card.
                 * @example 019ab0c9-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                cardId: components["parameters"]["CardId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateCard: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The card.
                 * @example 019ab0c9-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                cardId: components["parameters"]["CardId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CardPatch"];
            };
        };
        responses: {
            /** @description The card after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    recommendCard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecommendCardRequest"];
            };
        };
        responses: {
            /** @description The cards, best first, with the figures behind. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["CardDrawer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of accounts. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["AccountList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getAccountsStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status of all accounts. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["AccountsStatus"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    unlinkAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account.
                 * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                accountId: components["parameters"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is gone. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    syncAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account.
                 * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                accountId: components["parameters"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, which is syncing. */
            202: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getCardKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["CardKey"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    switchCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The account.
                 * @example 019ab0e0-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                accountId: components["parameters"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SwitchCardRequest"];
            };
        };
        responses: {
            /** @description The account, whose card is being switched. */
            202: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listTransactions: {
        parameters: {
            query?: {
                /**
                 * @description Only orders at this merchant.
                 * @example 19
                 */
                merchantId?: number;
                /**
                 * @description Only orders placed then or later; with an offset.
                 * @example 2026-11-01T00:00:00Z
                 */
                from?: string;
                /**
                 * @description Only orders placed before; with an offset.
                 * @example 2026-12-01T00:00:00Z
                 */
                to?: string;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of orders. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["TransactionList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getTransaction: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 304 when this is still the version.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The order.
                 * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                transactionId: components["parameters"]["TransactionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description Nothing changed since the version in `If-None-Match`. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateTransaction: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The order.
                 * @example 019ab0f1-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                transactionId: components["parameters"]["TransactionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTransactionRequest"];
            };
        };
        responses: {
            /** @description The order after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    searchProducts: {
        parameters: {
            query?: {
                /**
                 * @description Only products whose name or merchant contains each of these words, case ignored.
                 * @example airpods
                 */
                q?: string;
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of products. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getProductPrices: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The product.
                 * @example 019ab0e1-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                productId: components["parameters"]["ProductId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of prices. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["ProductPriceList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listPriceAlerts: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of alerts. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["PriceAlertList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    createPriceAlert: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Any text of the client's own, such as a UUID. A repeat with the same key and body within 24 hours changes nothing and gets the answer again, with `Idempotency-Replayed`; another body is refused, and where what it made was deleted since, that is a 409. Only for signed-in callers.
                 * @example 5d0a6f0e-6f6c-4c8f-8a58-6d6d0f6f2b11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePriceAlertRequest"];
            };
        };
        responses: {
            /** @description The alert. */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                };
                content: {
                    "application/json": components["schemas"]["PriceAlert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    deletePriceAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The price alert.
                 * @example 019ab0e3-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                alertId: components["parameters"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert is gone. */
            204: {
                headers: {};
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updatePriceAlert: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The price alert.
                 * @example 019ab0e3-7c1e-7d20-8a44-1f0c2b3d4e5f
                 */
                alertId: components["parameters"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePriceAlertRequest"];
            };
        };
        responses: {
            /** @description The alert as it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["PriceAlert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listInsights: {
        parameters: {
            query?: {
                /**
                 * @description How many items at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description The `nextCursor` of the page before. Opaque; a made-up one is refused. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of insights. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["InsightList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getInsightsSummary: {
        parameters: {
            query?: {
                /**
                 * @description The month, in the user's time zone; the current one when absent.
                 * @example 2026-11
                 */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The summary. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer 304 when this is still the version.
                 * @example "3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Nothing changed since the version in `If-None-Match`. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    updateSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Change only this version (the `ETag` last seen); else 412.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsPatch"];
            };
        };
        responses: {
            /** @description The settings after the change. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    getFeatures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The integrations. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Features"];
                };
            };
            401: components["responses"]["Unauthorized"];
            422: components["responses"]["InvalidRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    receiveKnotWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description It was taken, now or before. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["WebhookReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["InvalidSignature"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["InvalidRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            422: components["responses"]["InvalidRequest"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {};
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            422: components["responses"]["InvalidRequest"];
            503: components["responses"]["Unavailable"];
        };
    };
}
