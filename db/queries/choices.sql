-- name: CardChoiceLock :exec
-- Choices of one person are made one after another, so that each knows which one it replaces.
SELECT id FROM users WHERE id = @user_id FOR NO KEY UPDATE;

-- name: CardChoiceGet :one
SELECT * FROM card_choices WHERE user_id = @user_id AND scope = @scope;

-- name: CardChoiceUpsert :execrows
-- Writes nothing unless the card is the user's own and still held.
INSERT INTO card_choices (user_id, scope, card_id, chosen_at)
SELECT cards.user_id, @scope, cards.id, @chosen_at FROM cards
WHERE cards.id = @card_id AND cards.user_id = @user_id AND cards.status = 'active'
ON CONFLICT (user_id, scope) DO UPDATE SET card_id = excluded.card_id, chosen_at = excluded.chosen_at;

-- name: CardChoiceDelete :exec
DELETE FROM card_choices WHERE user_id = @user_id AND scope = @scope;
