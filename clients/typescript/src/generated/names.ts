// Written by scripts/generate.mjs from openapi.yaml. Do not edit.

import type { ProblemCode } from "./schema.js";

/** Every code a problem can have. */
export const problemCodes: readonly ProblemCode[] = [
  "malformed_request",
  "unauthorized",
  "invalid_credentials",
  "invalid_signature",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "not_acceptable",
  "conflict",
  "email_taken",
  "unsettled_balance",
  "request_in_progress",
  "proposal_expired",
  "proposal_closed",
  "precondition_failed",
  "payload_too_large",
  "unsupported_media_type",
  "invalid_request",
  "idempotency_key_reused",
  "split_mismatch",
  "rate_limited",
  "internal",
  "unavailable"
];
