package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/oapi-codegen/nullable"

	"github.com/lattice-money/lattice/internal/apperr"
)

// defaultLimit is the page size of the contract; the validator has already put it in where none was given.
const defaultLimit = 20

func limitOf(limit *int) int {
	if limit == nil {
		return defaultLimit
	}
	return *limit
}

// toAPICursor hides a keyset cursor in an opaque text; nil becomes null.
func toAPICursor[C any](cursor *C) nullable.Nullable[string] {
	if cursor == nil {
		return nullable.NewNullNullable[string]()
	}
	text, err := json.Marshal(cursor)
	if err != nil { // cursors are plain structs of ids, times and texts
		panic(err)
	}
	return nullable.NewNullableWithValue(base64.RawURLEncoding.EncodeToString(text))
}

var (
	errCursorForged = errors.New("the cursor is not one we wrote")
	nul             = []byte(`\u0000`) // no text of ours holds it, and the database refuses it
)

// fromAPICursor reads a cursor back. One that was made for another list, or made up, is refused. A cursor only says
// where in one's own list to go on, so it need not be signed.
func fromAPICursor[C any](text *string) (*C, error) {
	if text == nil {
		return nil, nil //nolint:nilnil // no cursor is the first page
	}
	var cursor C
	raw, err := base64.RawURLEncoding.DecodeString(*text)
	if err == nil {
		err = json.Unmarshal(raw, &cursor)
		// Ours reads back as the very text we wrote; what is missing, added or spelled otherwise was made up.
		if again, writeErr := json.Marshal(cursor); err == nil && (writeErr != nil || !bytes.Equal(again, raw) || bytes.Contains(raw, nul)) {
			err = errCursorForged
		}
	}
	if err != nil {
		refused := apperr.Wrap(err, apperr.CodeInvalidRequest, "Some of what you sent is not valid.")
		refused.Fields = []apperr.Field{{Pointer: "cursor", Code: "unknown", Detail: "This is not a cursor of this list."}}
		return nil, refused
	}
	return &cursor, nil
}
