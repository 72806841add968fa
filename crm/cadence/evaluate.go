package cadence

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Facts are what is evaluated. No order of theirs matters.
type Facts struct {
	People  []Person
	Records []Record
	Actions []Action // of the records
}

// Report is what an evaluation comes to.
type Report struct {
	AsOf     time.Time `json:"as_of"`
	Findings []Finding `json:"findings"` // by DueAt, then code, subject and key
	Lines    []Line    `json:"lines"`    // by unit, from the roots down, and rule
	// Owners are what each person came to, by person, unit and rule: see [Report.League].
	Owners    []OwnerLine `json:"owners"`
	Uncovered []int       `json:"uncovered,omitempty"` // years for which a calendar has no table, and answered by its pattern (CAL-UNCOVERED)
}

// Line returns what a rule came to in a unit, and false where there is no such unit.
func (r Report) Line(unit string, rule Rule) (Line, bool) {
	i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.Unit == unit && l.Rule == rule })
	if i < 0 {
		return Line{}, false
	}
	return r.Lines[i], true
}

// Evaluate holds the facts against the policies of a book (执行情况考核): it returns what
// was broken by asOf, that instant included, and how much was owed and met. Records
// are judged by the days of zone, people by those of their calendars.
//
// The same facts give the same report however often and in whatever order they are
// given, and a later asOf only adds to it. Facts that come in later may change it: an
// action that is recorded within the days that [EvidenceRule] allows counts from when
// it took place.
//
// All facts are validated. Errors are [*Error]: ErrInvalid, ErrDuplicate for a person,
// record or action given twice, ErrNotFound for an owner, unit or target that is not
// there, ErrHorizon and ErrUncovered where a calendar does not reach.
func Evaluate(book *Book, facts Facts, asOf time.Time, zone *time.Location, opts Options) (Report, error) {
	e, err := NewEvaluator(book, facts.People, asOf, zone, opts)
	if err != nil {
		return Report{}, err
	}
	records := make([]*Record, len(facts.Records))
	for i := range facts.Records {
		records[i] = &facts.Records[i]
	}
	slices.SortStableFunc(records, func(a, b *Record) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	actions := slices.Clone(facts.Actions)
	slices.SortStableFunc(actions, func(a, b Action) int {
		return cmp.Or(cmp.Compare(a.TargetKind, b.TargetKind), cmp.Compare(a.Target, b.Target), compareActions(&a, &b))
	})
	for i, r := range records {
		if i > 0 && r.Kind == records[i-1].Kind && r.ID == records[i-1].ID {
			return Report{}, refuseID(ErrDuplicate, codeRepeated, "records", r.ID)
		}
		n := 0
		for n < len(actions) && actions[n].TargetKind == r.Kind && actions[n].Target == r.ID {
			n++
		}
		if err := e.Record(*r, actions[:n]); err != nil {
			return Report{}, err
		}
		actions = actions[n:]
	}
	if len(actions) > 0 {
		return Report{}, refuseID(ErrNotFound, codeTarget, "actions", actions[0].ID)
	}
	if err := e.recordings(facts.Actions); err != nil {
		return Report{}, err
	}
	return e.Report(), nil
}

// compareActions orders the actions of a record as they were recorded.
func compareActions(a, b *Action) int {
	if c := a.RecordedAt.Compare(b.RecordedAt); c != 0 {
		return c
	}
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
}

// recordings looks at when each person recorded what.
func (e *Evaluator) recordings(actions []Action) error {
	byActor := make([][]time.Time, len(e.workers))
	for i := range actions {
		if who, ok := e.index[actions[i].Actor]; ok {
			byActor[who] = append(byActor[who], actions[i].RecordedAt)
		}
	}
	for who, at := range byActor {
		if err := e.Recorded(e.workers[who].person.ID, at); err != nil {
			return err
		}
	}
	return nil
}

// Evaluator evaluates record by record, for more of them than are to be held in
// memory: make one, give it each record with its actions once, and ask for the
// report. It is not safe for concurrent use.
type Evaluator struct {
	book       *Book
	zone       *time.Location
	rules      []Rules // by policy, with every number stated
	from       int64   // found after it ...
	asOf       int64   // ... and not after this, in microseconds
	asOfDay    calendar.Day
	asOfMonth  int32 // as in grid
	firstMonth int32 // that is evaluated
	week       int   // days after Monday
	grid       *grid // of the records
	grids      []*grid
	workers    []worker
	index      map[string]int32
	tally      *tally

	usual   EvidenceRule // for whom no policy binds
	nowhere regime

	breaches  []breach
	subjects  []subject // of breaches
	suspects  []Finding // signs of made-up records
	uncovered []int
	fold      fold
	lastID    string // of the person asked for last
	lastIndex int32
}

// NewEvaluator validates the people and evaluates what is about them. Errors are those
// of [Evaluate].
func NewEvaluator(book *Book, people []Person, asOf time.Time, zone *time.Location, opts Options) (*Evaluator, error) {
	if book == nil || asOf.IsZero() || zone == nil {
		return nil, refuse(ErrInvalid, codeMissing, "book, as_of or zone")
	}
	if err := opts.validate(); err != nil {
		return nil, err
	}
	e := &Evaluator{book: book, zone: zone, from: micro(opts.From, -1<<63), asOf: asOf.UnixMicro(), week: opts.WeekStart,
		index: make(map[string]int32, len(people)), tally: newTally(book.parents), lastIndex: -1}
	e.usual, e.nowhere = EvidenceRule{}.withDefaults(), regime{unit: -1, policy: -1}
	for _, p := range book.policies {
		e.rules = append(e.rules, p.Rules.withDefaults())
	}
	e.grid = e.newGrid(zone)
	e.asOfDay = e.grid.lastDue + 1
	e.asOfMonth, e.firstMonth = e.grid.month(e.asOfDay), math.MinInt32
	if !opts.From.IsZero() {
		e.firstMonth = e.grid.month(e.grid.firstDue)
	}
	ordered := make([]*Person, len(people))
	for i := range people {
		ordered[i] = &people[i]
	}
	slices.SortStableFunc(ordered, func(a, b *Person) int { return cmp.Compare(a.ID, b.ID) })
	if err := e.employAll(ordered, opts); err != nil {
		return nil, err
	}
	logins := &logins{e: e}
	for i := range e.workers {
		if err := logins.judge(int32(i)); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// employAll makes the workers, and one table for each zone and calendar.
func (e *Evaluator) employAll(ordered []*Person, opts Options) error {
	grids := map[*time.Location]*grid{e.zone: e.grid}
	tables := map[*calendar.Calendar]*workdays{}
	use := new(scratch)
	e.workers = make([]worker, 0, len(ordered))
	for i, p := range ordered {
		if err := p.Validate(); err != nil {
			return err
		}
		if i > 0 && p.ID == ordered[i-1].ID {
			return refuseID(ErrDuplicate, codeRepeated, "people", p.ID)
		}
		days := tables[p.Cal]
		if days == nil {
			g := grids[p.Cal.Loc()]
			if g == nil {
				g = e.newGrid(p.Cal.Loc())
				grids[p.Cal.Loc()] = g
			}
			days = newWorkdays(p.Cal, g)
			tables[p.Cal] = days
			first, _ := p.Cal.Horizon()
			e.uncovered = append(e.uncovered, p.Cal.Uncovered(max(first, g.firstDue), e.asOfDay)...)
		}
		w, err := employ(e.book, p, days, opts.share(), days.grid.lastDue+1, use)
		if err != nil {
			return err
		}
		e.index[p.ID] = int32(len(e.workers))
		e.workers = append(e.workers, w)
	}
	return nil
}

func (e *Evaluator) newGrid(zone *time.Location) *grid {
	g := newGrid(zone, int32(len(e.grids)), e.from, e.asOf)
	e.grids = append(e.grids, g)
	return g
}

// Report returns what was found so far.
func (e *Evaluator) Report() Report {
	t := e.tally.clone()
	for i := range e.workers {
		for _, p := range e.workers[i].places {
			if sum := p.sums[RuleAction]; sum.met+sum.missed > 0 {
				t.person(p.unit, RuleAction, int32(i))
			}
		}
	}
	slices.Sort(e.uncovered)
	return Report{AsOf: time.UnixMicro(e.asOf).In(e.zone), Findings: e.findings(), Lines: t.lines(e.book.units), Owners: e.owners(),
		Uncovered: slices.Compact(slices.Clone(e.uncovered))}
}

// within reports whether something that was due at an instant is to be reported.
func (e *Evaluator) within(at int64) bool { return e.from < at && at <= e.asOf }

// who returns the number of a person, or ErrNotFound.
func (e *Evaluator) who(id string) (int32, error) {
	if e.lastIndex >= 0 && e.lastID == id {
		return e.lastIndex, nil
	}
	i, ok := e.index[id]
	if !ok {
		return -1, refuseID(ErrNotFound, codeNoPerson, "people", id)
	}
	e.lastID, e.lastIndex = id, i
	return i, nil
}

// bind fills in the unit and the policy.
func (e *Evaluator) bind(f *Finding, r *regime) {
	if r.unit >= 0 {
		f.Unit = e.book.units[r.unit].ID
	}
	if r.policy >= 0 {
		f.Policy, f.Version = e.book.editions[r.policy].Policy, e.book.editions[r.policy].Version
	}
}
