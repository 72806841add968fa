package sampling

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// Freezing is that a roster was frozen for a round. The last one before the draw is the
// roster that stands.
type Freezing struct {
	Number   int            `json:"number"` // within the round, from 1
	Roster   spotcheck.Hash `json:"roster"`
	Actor    string         `json:"actor"` // id
	At       time.Time      `json:"at"`
	Recorded time.Time      `json:"recorded"` // hold it against when the public number was known
	Reason   string         `json:"reason,omitzero"`
}

// LogValue shows what was frozen when and by whom, and not why.
func (f Freezing) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("number", f.Number), slog.String("roster", f.Roster.String()),
		slog.String("actor", f.Actor), slog.Time("recorded", f.Recorded))
}

// Freezings returns every roster that was frozen for a round, in order: for the auditor.
// It is empty where none was. ErrForbidden: the actor does not see everyone.
func (y *Cycles) Freezings(ctx context.Context, actor Actor, cycle string, round int) ([]Freezing, error) {
	return read(ctx, y.core, "cycles.freezings", actor, roundOf(cycle, round), func() ([]Freezing, error) {
		if err := overseer(actor, cycle); err != nil {
			return nil, err
		}
		var all []Freezing
		for line, err := range y.core.store.Entries(ctx, EntryFilter{Subject: roundOf(cycle, round)}) {
			if err != nil {
				return nil, err
			}
			if line.Kind != kindFrozen {
				continue
			}
			var body roundBody
			if err := json.Unmarshal(line.Data, &body); err != nil {
				return nil, err
			}
			all = append(all, Freezing{body.Freezing, body.Roster, line.Actor, line.At, line.Recorded, line.Reason})
		}
		return all, nil
	})
}
