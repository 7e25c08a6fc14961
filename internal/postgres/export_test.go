package postgres

// What tests need to see of the migration lock.
const (
	MigrateLockID   = migrateLockID
	MigrateLockPoll = migrateLockPoll
)
