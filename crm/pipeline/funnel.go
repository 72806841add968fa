package pipeline

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Funnel is a [Process] made ready (销售漏斗). It does not change: one serves all
// opportunities and any number of goroutines.
type Funnel struct {
	process Process
	place   map[string]int // of a stage's id in process.Stages
	machine *stage.Machine[string]
}

// The guards of the machine that New makes.
const (
	guardEntry  = "entry"
	guardOrder  = "order"
	guardLoss   = "loss"
	guardReopen = "reopen"
)

// New checks a process and makes it ready. The slices of p are not kept. Errors are
// those of [Process.Validate].
func New(p Process) (*Funnel, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	f := &Funnel{process: copied(p), place: map[string]int{}}
	def := stage.Definition[string]{Name: p.Name}
	for i, s := range p.Stages {
		f.place[s.ID] = i
		def.States = append(def.States, stage.StateText[string]{State: s.ID, Code: s.ID, En: s.En, Zh: s.Zh})
		if s.Type == Open && (!p.Strict || len(def.Initial) == 0) {
			def.Initial = append(def.Initial, s.ID)
		}
	}
	for i, from := range p.Stages {
		for j, to := range p.Stages {
			if t, ok := f.transition(i, j); ok {
				t.From, t.To = from.ID, to.ID
				def.Transitions = append(def.Transitions, t)
			}
		}
	}
	var err error
	if f.machine, err = stage.New(def); err != nil {
		return nil, &Error{Field: "stages", Item: -1, Code: codeMachine, Err: err}
	}
	return f, nil
}

// transition returns the line of the table between two places. What depends on where
// a deal stood before it was put on hold or closed is asked by the guards.
func (f *Funnel) transition(i, j int) (t stage.Transition[string], ok bool) {
	from, to := f.process.Stages[i].Type, f.process.Stages[j].Type
	closed := from == Won || from == Lost
	switch {
	case i == j:
		return t, false
	case closed:
		return stage.Transition[string]{Reason: true, Guard: guardReopen}, to == Open && f.process.ReopenDays >= 0
	case to == Won:
		return stage.Transition[string]{Guard: guardOrder}, true
	case to == Lost:
		return stage.Transition[string]{Guard: guardLoss}, true
	case to == OnHold:
		return stage.Transition[string]{Reason: true}, from == Open
	case from == OnHold || j > i:
		return stage.Transition[string]{Guard: guardEntry}, true
	}
	return stage.Transition[string]{Reason: true}, true
}

// Process returns a copy of what f was made of.
func (f *Funnel) Process() Process { return copied(f.process) }

func copied(p Process) Process {
	p.Stages = append([]Stage(nil), p.Stages...)
	for i := range p.Stages {
		p.Stages[i].Entry = append([]Criterion(nil), p.Stages[i].Entry...)
	}
	return p
}

// Machine returns the stages as a machine of package stage, for all that it answers
// about journals and histories: stages on past days, conversion, time in stage, exits,
// diagrams; and for what is forced, imported, corrected or taken back. Its guards are
// those of [Funnel.Move].
func (f *Funnel) Machine() *stage.Machine[string] { return f.machine }

// Stage returns the stage of an id.
func (f *Funnel) Stage(id string) (Stage, bool) {
	i, ok := f.place[id]
	if !ok {
		return Stage{}, false
	}
	s := f.process.Stages[i]
	s.Entry = append([]Criterion(nil), s.Entry...)
	return s, true
}

// Before reports whether a stage lies before another in the order of the process.
func (f *Funnel) Before(a, b string) bool {
	i, known := f.place[a]
	j, also := f.place[b]
	return known && also && i < j
}

// Text returns the name of a stage in a language, and its id where there is none.
func (f *Funnel) Text(id string, in finding.Language) string { return f.machine.Text(id, in) }

// reopenFor is for how long a closed deal may be opened again.
func (f *Funnel) reopenFor() time.Duration {
	days := f.process.ReopenDays
	if days == 0 {
		days = 90
	}
	return time.Duration(days) * 24 * time.Hour
}
