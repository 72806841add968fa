package sqlstore

import (
	"database/sql"
	"encoding/json"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Askable refuses what a database cannot be asked: PostgreSQL ends the transaction
// over a text that is not UTF-8 or has a NUL.
func Askable(texts ...string) error {
	for _, text := range texts {
		switch {
		case !utf8.ValidString(text):
			return &Error{Reason: "a text is not UTF-8", Err: fault.ErrInvalid}
		case strings.IndexByte(text, 0) >= 0:
			return &Error{Reason: "a text has a NUL", Err: fault.ErrInvalid}
		}
	}
	return nil
}

// Failing is a listing that yields an error and nothing else.
func Failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// Document is what [Text] wrote of a document.
func Document(text sql.NullString) json.RawMessage {
	if !text.Valid {
		return nil
	}
	return json.RawMessage(text.String)
}
