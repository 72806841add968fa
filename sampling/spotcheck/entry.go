package spotcheck

import (
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Entry is one line of a cycle's journal (抽查台账). Entries are appended and never
// changed; [Fold] makes the present [State] of them. Of the pointers, only that of the
// Kind is set. Result.Note is the only free text and may be cleared when a person is
// forgotten: no hash covers it.
type Entry struct {
	Kind     Kind      `json:"kind"`
	At       time.Time `json:"at,omitzero"`       // when it took effect, in UTC microseconds; folds do not read it
	Recorded time.Time `json:"recorded,omitzero"` // when we learned it; folds do not read it
	Actor    string    `json:"actor,omitzero"`    // an id; folds do not read it
	Round    int       `json:"round,omitzero"`    // 1-based, of Drawn, Missed and Assessed; 0 of a remedial result
	Code     string    `json:"code,omitzero"`     // of Missed: why, as a code of the host's list
	Opening  *Opening  `json:"opening,omitzero"`  // of Opened
	Manifest *Manifest `json:"manifest,omitzero"` // of Drawn
	Result   *Result   `json:"result,omitzero"`   // of Assessed
	Roster   Hash      `json:"roster,omitzero"`   // of Closed: the closing roster's
}

// LogValue shows kinds, rounds and ids, and no note.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", e.Kind.String()), slog.Int("round", e.Round), slog.String("actor", e.Actor))
}

// Opening is how a cycle begins.
type Opening struct {
	Cycle Cycle `json:"cycle"`
	// Commitment is s_0 of the chain of seeds; none where the seeds are keys
	// ([KeySeed]).
	Commitment Hash `json:"commitment,omitzero"`
	// PublicSource says in the host's code which public number each round mixes in.
	PublicSource string `json:"public_source,omitzero"`
	// Carried are those who left the last cycle with a fail (上期不合格人员), in any
	// order: the first round rechecks them.
	Carried []string `json:"carried,omitempty"`
}

// Result is what one check found (考核记录), in understanding and in practice.
type Result struct {
	Person        string       `json:"person"`
	Understanding int          `json:"understanding"`      // 理解程度, 0 to the rubric's Max
	Practice      int          `json:"practice"`           // 实践程度, 0 to the rubric's Max
	Absence       string       `json:"absence,omitzero"`   // why the person was not assessed, as a code; "" where they were
	Remedial      bool         `json:"remedial,omitzero"`  // of the remedial check after the year-end, outside quotas and coverage 补考
	Inspector     string       `json:"inspector,omitzero"` // an id
	On            calendar.Day `json:"on,omitzero"`        // the day of the check
	Note          string       `json:"note,omitzero"`      // in the inspector's words: personal
}

// LogValue shows ids and scores, and not the note.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(slog.String("person", r.Person), slog.Int("understanding", r.Understanding),
		slog.Int("practice", r.Practice), slog.String("absence", r.Absence), slog.String("inspector", r.Inspector))
}

// Grade returns what a result comes to (评定等级): NotAssessed where there was an
// absence.
func (r Rubric) Grade(x Result) Grade {
	switch {
	case x.Absence != "":
		return NotAssessed
	case x.Understanding < r.UnderstandingPass || x.Practice < r.PracticePass:
		return Unqualified
	case x.Understanding >= r.UnderstandingExcellent && x.Practice >= r.PracticeExcellent:
		return Excellent
	}
	return Qualified
}
