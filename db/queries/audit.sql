-- name: AuditEventInsert :exec
INSERT INTO audit_events (id, user_id, action, target_type, target_id, request_id, at)
VALUES (@id, @user_id, @action, @target_type, @target_id, @request_id, @at);

-- name: CompletedTaskInsert :execrows
INSERT INTO completed_tasks (name, completed_at) VALUES (@name, @completed_at) ON CONFLICT (name) DO NOTHING;

-- name: CompletedTaskExists :one
SELECT EXISTS (SELECT 1 FROM completed_tasks WHERE name = @name);

-- name: LockForTransaction :exec
SELECT pg_advisory_xact_lock(@key::bigint);

-- name: VendorCallInsert :exec
INSERT INTO vendor_calls (id, vendor, operation, subject, request_id, outcome, duration_ms, at)
VALUES (@id, @vendor, @operation, @subject, @request_id, @outcome, @duration_ms, @at);

-- name: VendorCallDeleteOld :execrows
DELETE FROM vendor_calls WHERE at < @before;
