package spotcheck

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Fold returns the state that a journal leads to. The error is that of the first entry
// that cannot follow those before it: an [*Error], with Item its place.
func Fold(journal []Entry) (*State, error) {
	s := &State{}
	for i, e := range journal {
		if err := s.Apply(e); err != nil {
			return nil, placed("entries", i, err)
		}
	}
	return s, nil
}

// placed says in which line of a list an error of a line was found.
func placed(field string, i int, err error) error {
	var first *Error
	if !errors.As(err, &first) {
		return err
	}
	e := *first
	e.Field, e.Item = field, i
	return &e
}

// Apply takes one more entry; after an error s is as before.
//
// An Opened entry comes first and once ([ErrTransition] otherwise). A round is drawn or
// missed when all people of the one before have their results ([ErrIncomplete]); its
// manifest has to follow the journal as it stands ([ErrConflict]: another round was
// drawn, or a result came, since it was made). A result is of a person of the latest
// round ([ErrNotFound]) and replaces an earlier one of the same round; a remedial one
// is of somebody who is outstanding when all rounds are over. A cycle is closed when
// all rounds were drawn or missed and all results are there.
//
// That a manifest was drawn by the rules is asked by [Verify], which needs the roster.
func (s *State) Apply(e Entry) error {
	if err := e.check(); err != nil {
		return err
	}
	if s.opened == (e.Kind == Opened) {
		return refuse(ErrTransition, "kind", codeOpened)
	}
	if _, closed := s.Closed(); closed {
		return refuse(ErrTransition, "kind", codeClosed)
	}
	var err error
	switch e.Kind {
	case Opened:
		err = s.open(*e.Opening)
	case Drawn:
		err = s.drawn(e)
	case Missed:
		err = s.miss(e)
	case Assessed:
		err = s.assess(e.Round, *e.Result)
	case Closed:
		if err = s.settled(); err == nil && s.Next() <= len(s.opening.Cycle.Rounds) {
			err = refuseCount(ErrIncomplete, "round", codeRoundsLeft, len(s.opening.Cycle.Rounds), len(s.rounds))
		}
		if err == nil {
			s.closed = e.Roster
		}
	}
	if err == nil {
		s.history = s.follow(e)
	}
	return err
}

// check holds the shape of an entry.
func (e Entry) check() error {
	switch {
	case !kinds.Valid(e.Kind):
		return refuse(ErrInvalid, "kind", codeUnknown)
	case (e.Opening != nil) != (e.Kind == Opened), (e.Manifest != nil) != (e.Kind == Drawn),
		(e.Result != nil) != (e.Kind == Assessed), e.Roster.IsZero() == (e.Kind == Closed),
		e.Code != "" && e.Kind != Missed, e.Round != 0 && (e.Kind == Opened || e.Kind == Closed):
		return refuse(ErrInvalid, "entry", codeEntry)
	case e.Actor != "" && !validID(e.Actor):
		return refuse(ErrInvalid, "actor", codeID)
	case e.Code != "" && !validID(e.Code):
		return refuse(ErrInvalid, "code", codeText)
	case !limit.IsInstant(e.At), !limit.IsInstant(e.Recorded):
		return refuse(ErrInvalid, "at", codeInstant)
	}
	return nil
}

func (s *State) open(o Opening) error {
	if err := o.Validate(); err != nil {
		return err
	}
	o.Cycle.Rounds, o.Carried = slices.Clone(o.Cycle.Rounds), slices.Sorted(slices.Values(o.Carried))
	s.opened, s.opening, s.rules = true, o, o.Hash()
	for _, id := range o.Carried {
		s.people.write(id).carried = true
	}
	return nil
}

// Validate reports everything that is wrong with an opening, joined; each is an
// [*Error].
func (o Opening) Validate() error {
	err := o.Cycle.Validate()
	var p problems
	p.check(o.PublicSource == "" || validID(o.PublicSource), "public_source", -1, codeText)
	carried := make(map[string]bool, len(o.Carried))
	for i, id := range o.Carried {
		p.check(validID(id), "carried", i, codeID)
		p.check(!carried[id], "carried", i, codeRepeated)
		carried[id] = true
	}
	return errors.Join(err, p.join())
}

// Hash returns the SHA-256 of the opening's JSON, Carried in byte order: what every
// manifest of the cycle names as its rules.
func (o Opening) Hash() Hash {
	o.Carried = slices.Sorted(slices.Values(o.Carried))
	data, _ := json.Marshal(o) // a valid opening has a JSON form
	return sha256.Sum256(data)
}

// settled reports that everybody who was drawn has a result.
func (s *State) settled() error {
	if s.pending > 0 {
		return refuseCount(ErrIncomplete, "results", codePending, 0, s.pending)
	}
	return nil
}

// awaits reports that a round is the next and can begin.
func (s *State) awaits(round int) error {
	if !s.opened {
		return refuse(ErrTransition, "cycle", codeOpened)
	}
	if _, closed := s.Closed(); closed {
		return refuse(ErrTransition, "cycle", codeClosed)
	}
	if round < 1 || round > len(s.opening.Cycle.Rounds) {
		return refuse(ErrInvalid, "round", codeRounds)
	}
	if round != s.Next() {
		return refuseCount(ErrConflict, "round", codeNotNext, s.Next(), round)
	}
	return s.settled()
}

func (s *State) miss(e Entry) error {
	if err := s.awaits(e.Round); err != nil {
		return err
	}
	if s.opening.Cycle.Rounds[e.Round-1].Kind == Routine {
		s.missed++
	}
	s.rounds = append(s.rounds, HeldRound{Number: e.Round, Code: e.Code})
	return nil
}

func (s *State) drawn(e Entry) error {
	m := e.Manifest
	if err := s.awaits(e.Round); err != nil {
		return err
	}
	switch {
	case m.Round != e.Round, m.Cycle != s.opening.Cycle.ID, m.Kind != s.opening.Cycle.Rounds[e.Round-1].Kind:
		return refuse(ErrInvalid, "manifest", codeOtherRound)
	case m.Rules != s.rules, m.Previous != s.last, m.History != s.history:
		return refuse(ErrConflict, "manifest", codeMoved)
	}
	once := make(map[string]bool, len(m.Drawn))
	for i, d := range m.Drawn {
		if !validID(d.Person) || once[d.Person] || !reasons.Valid(d.Reason) {
			return refuseItem(ErrInvalid, "drawn", i, codeID)
		}
		once[d.Person] = true
	}
	hash, err := m.Hash()
	if err != nil {
		return err
	}
	for _, d := range m.Drawn {
		h := s.people.write(d.Person)
		h.checks = append(h.checks, Check{Round: m.Round, Kind: m.Kind, Reason: d.Reason, Pending: true})
	}
	s.last, s.pending = hash, len(m.Drawn)
	s.caught += m.Counts.CatchUp
	s.rounds = append(s.rounds, HeldRound{Number: m.Round, Manifest: m})
	return nil
}

func (s *State) assess(round int, x Result) error {
	if err := x.check(s.opening.Cycle.Rubric); err != nil {
		return err
	}
	h := s.people.find(x.Person)
	if x.Remedial {
		return s.remedy(h, round, x)
	}
	if h == nil || len(h.checks) == 0 || h.checks[len(h.checks)-1].Round != round || round != len(s.rounds) {
		return refuseID(ErrNotFound, "result", x.Person, codeNotDrawn)
	}
	if h.remedied != NotAssessed {
		return refuseID(ErrTransition, "result", x.Person, codeRemedied)
	}
	h = s.people.write(x.Person)
	c := &h.checks[len(h.checks)-1]
	if c.Pending {
		s.pending--
	}
	c.Pending, c.Result, c.Grade = false, x, s.opening.Cycle.Rubric.Grade(x)
	h.assessed = 0
	for i, c := range h.checks {
		if c.Grade != NotAssessed {
			h.assessed, h.last = h.assessed+1, int32(i)
		}
	}
	return nil
}

func (s *State) remedy(h *record, round int, x Result) error {
	switch {
	case round != 0 || x.Absence != "":
		return refuseID(ErrInvalid, "result", x.Person, codeEntry)
	case s.Next() <= len(s.opening.Cycle.Rounds):
		return refuseCount(ErrIncomplete, "round", codeRoundsLeft, len(s.opening.Cycle.Rounds), len(s.rounds))
	case h == nil || !h.outstanding():
		return refuseID(ErrNotFound, "result", x.Person, codeNotOutstanding)
	}
	if err := s.settled(); err != nil {
		return err
	}
	s.people.write(x.Person).remedied = s.opening.Cycle.Rubric.Grade(x)
	return nil
}

func (x Result) check(r Rubric) error {
	score := func(n int) bool { return n >= 0 && n <= r.Max }
	switch {
	case !validID(x.Person), x.Inspector != "" && !validID(x.Inspector):
		return refuse(ErrInvalid, "result", codeID)
	case x.Absence != "" && !validID(x.Absence), !limit.Text(x.Note, 0, 1<<16):
		return refuseID(ErrInvalid, "result", x.Person, codeText)
	case !score(x.Understanding), !score(x.Practice), x.Absence != "" && (x.Understanding != 0 || x.Practice != 0):
		return refuseID(ErrInvalid, "result", x.Person, codeRange)
	case x.On != 0 && !x.On.Valid():
		return refuseID(ErrInvalid, "result", x.Person, codeDays)
	}
	return nil
}

// follow returns the hash of the journal with e, which s has just taken, at its end:
// the SHA-256 of the hash before and the facts of e, each preceded by its length as
// four bytes, big-endian.
func (s *State) follow(e Entry) Hash {
	buffer := append(make([]byte, 0, 512), s.history[:]...)
	field := func(text string) {
		buffer = append(binary.BigEndian.AppendUint32(buffer, uint32(len(text))), text...)
	}
	field("guanxi/spotcheck/journal/v1")
	field(e.Kind.String())
	field(itoa(e.Round))
	switch e.Kind {
	case Opened:
		field(s.rules.String())
	case Drawn:
		field(s.last.String())
	case Missed:
		field(e.Code)
	case Assessed:
		x := e.Result
		field(x.Person)
		field(itoa(x.Understanding))
		field(itoa(x.Practice))
		field(x.Absence)
		field(strconv.FormatBool(x.Remedial))
		field(x.Inspector)
		field(x.On.String())
	case Closed:
		field(e.Roster.String())
	}
	return sha256.Sum256(buffer)
}
