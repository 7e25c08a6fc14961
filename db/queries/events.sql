-- name: EventNotify :exec
SELECT pg_notify(@channel, @payload);
