package loyaltysql

import (
	"errors"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
)

// ErrVersion: the tables are of another version than this program, or missing. All
// other sentinels are those of package loyalty.
var ErrVersion = fault.ErrVersion

// worded turns an answer of sqlstore into one of package loyalty.
func worded(err error) error {
	var e *sqlstore.Error
	if !errors.As(err, &e) {
		return err
	}
	return &loyalty.Error{Subject: subjectOf(e.Subject), Field: e.Space, Holder: subjectOf(e.Holder), Reason: e.Reason, Err: e.Err}
}

func subjectOf(s sqlstore.Subject) loyalty.Subject {
	return loyalty.Subject{Kind: loyalty.Kind(s.Kind), ID: s.ID}
}

func plain(s loyalty.Subject) sqlstore.Subject {
	return sqlstore.Subject{Kind: string(s.Kind), ID: s.ID}
}

// askable refuses what a database cannot be asked: PostgreSQL ends the transaction
// over a text that is not UTF-8 or has a NUL.
func askable(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return &loyalty.Error{Reason: "a text is not UTF-8", Err: loyalty.ErrInvalid}
		}
		for i := range len(text) {
			if text[i] == 0 {
				return &loyalty.Error{Reason: "a text has a NUL", Err: loyalty.ErrInvalid}
			}
		}
	}
	return nil
}
