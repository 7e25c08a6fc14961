package members_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var began = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

func user(t *testing.T, pool *pgxpool.Pool, name, email string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	execute(t, pool, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, $2, $3, lower($3), 'x', $4, $4, $4)`, id, name, email, began)
	return id
}

func chat(t *testing.T, pool *pgxpool.Pool) uuid.UUID {
	t.Helper()
	id := uuid.New()
	execute(
		t,
		pool,
		"INSERT INTO chats (id, type, title, ai_policy, created_at, updated_at) VALUES ($1, 'group', 'Trip', 'auto', $2, $2)",
		id,
		began,
	)
	return id
}

func join(t *testing.T, pool *pgxpool.Pool, chatID, userID uuid.UUID, role string, shares bool, at time.Time) {
	t.Helper()
	execute(
		t,
		pool,
		"INSERT INTO chat_members (chat_id, user_id, role, shares_purchases, joined_at) VALUES ($1, $2, $3, $4, $5)",
		chatID,
		userID,
		role,
		shares,
		at,
	)
}

func execute(t *testing.T, pool *pgxpool.Pool, statement string, arguments ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

func TestList_GivesActiveMembersByJoiningThenTheInvited(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	dana, eli, fay := user(
		t,
		pool,
		"Dana",
		"dana@example.com",
	), user(
		t,
		pool,
		"Eli",
		"eli@example.com",
	), user(
		t,
		pool,
		"Fay",
		"Fay@example.com",
	)
	trip, other, unknown := chat(t, pool), chat(t, pool), uuid.New()
	join(t, pool, trip, eli, members.RoleMember, true, began.Add(time.Hour))
	join(t, pool, trip, dana, members.RoleOwner, false, began)
	join(t, pool, other, fay, members.RoleOwner, false, began)
	for _, email := range []string{"Fay@example.com", "nobody@example.com"} { // one of them has an account
		execute(t, pool, `INSERT INTO group_invites (id, chat_id, email, email_key, role, invited_by, created_at, expires_at)
			VALUES ($1, $2, $3, lower($3), 'member', $4, $5, $6)`, uuid.New(), trip, email, dana, began, began.Add(time.Hour))
	}

	listed, err := members.List(t.Context(), pool, []uuid.UUID{trip, other, unknown}, began)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID][]members.Member{
		trip: {
			{UserID: &dana, Name: new("Dana"), Email: "dana@example.com", Role: "owner", Status: "active", JoinedAt: &began},
			{
				UserID:          &eli,
				Name:            new("Eli"),
				Email:           "eli@example.com",
				Role:            "member",
				Status:          "active",
				SharesPurchases: true,
				JoinedAt:        new(began.Add(time.Hour)),
			},
			// Nothing tells which address has an account: anybody may invite any address to find out.
			{Email: "Fay@example.com", Role: "member", Status: "invited"},
			{Email: "nobody@example.com", Role: "member", Status: "invited"},
		},
		other: {{UserID: &fay, Name: new("Fay"), Email: "Fay@example.com", Role: "owner", Status: "active", JoinedAt: &began}},
	}, listed)

	listed, err = members.List(t.Context(), pool, nil, began)
	require.NoError(t, err)
	require.Empty(t, listed)
}
