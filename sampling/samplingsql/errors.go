package samplingsql

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/sampling"
)

// ErrVersion: the tables are of another version than this program, or missing. All
// other sentinels are those of package sampling.
var ErrVersion = fault.ErrVersion

// worded turns an answer of sqlstore into one of package sampling.
func worded(err error) error {
	var e *sqlstore.Error
	if !errors.As(err, &e) {
		return err
	}
	return &sampling.Error{Subject: subjectOf(e.Subject), Field: e.Space, Reason: e.Reason, Err: e.Err}
}

func subjectOf(s sqlstore.Subject) sampling.Subject {
	return sampling.Subject{Kind: sampling.Kind(s.Kind), ID: s.ID}
}

func plain(s sampling.Subject) sqlstore.Subject {
	return sqlstore.Subject{Kind: string(s.Kind), ID: s.ID}
}

// askable refuses what a database cannot be asked.
func askable(texts ...string) error { return worded(sqlstore.Askable(texts...)) }
