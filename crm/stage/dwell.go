package stage

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/survival"
)

// microsADay is the unit of durations: a day of 24 hours.
const microsADay = 24 * 60 * 60 * 1e6

// Dwell is how long subjects stay in a state (停留时间).
type Dwell[S comparable] struct {
	State S `json:"state"`
	// Curve is the Kaplan-Meier estimate of the share that is still in the state so
	// many days of 24 hours after entering it; its CumHazard is the cumulative
	// hazard of leaving (离开风险).
	Curve *survival.Curve `json:"curve"`
	Exits int             `json:"exits"` // stays that were seen to end
	// Exposure is the number of days that all stays together were under
	// observation, so that Exits/Exposure is the rate of leaving a day (see Rate).
	Exposure float64 `json:"exposure"`
	// UnknownStart counts the imported stays of which nobody knows when they began.
	// They are in nothing else.
	UnknownStart int `json:"unknown_start"`
	// Unseen counts the stays that were over before observation began: imported
	// ones, and those that ended before Since. They are in nothing else.
	Unseen int `json:"unseen"`
}

// Rate returns the exits a day under observation, the maximum likelihood estimate of
// a hazard that does not change with time. ok is false where there was no exposure.
func (d *Dwell[S]) Rate() (rate float64, ok bool) {
	if d.Exposure <= 0 {
		return 0, false
	}
	return float64(d.Exits) / d.Exposure, true
}

// Dwell estimates how long subjects stay in a state, from the stays that were under
// observation in [opts.Since, until). Each entry begins a stay. Averaging the
// finished ones would answer too low, so all take part for as long as they were
// seen: a stay that goes on at until is right-censored; one that was under way at
// Since, or was imported, is left-truncated, at risk only from then on.
//
// Errors: ErrInvalid for a state that the machine does not know, the window and the
// level; ErrInsufficientData where no stay was under observation.
func (h *Histories[S]) Dwell(state S, until time.Time, opts Options) (*Dwell[S], error) {
	w, err := opts.window(until)
	if err != nil {
		return nil, err
	}
	place := h.m.place(state)
	if place < 0 {
		return nil, refuse("state", "is not a state of machine %s", h.m.def.Name)
	}
	seen := h.sojourns(place, w)
	d := &Dwell[S]{State: state, UnknownStart: seen.unknownStart, Unseen: seen.unseen}
	obs := make([]survival.Observation[float64], len(seen.rows))
	for i, r := range seen.rows {
		obs[i] = survival.Observation[float64]{Entry: r.entry, Time: r.time, Event: r.to >= 0}
		if r.to >= 0 {
			d.Exits++
		}
		d.Exposure += r.time - r.entry
	}
	d.Curve, err = survival.KaplanMeier(obs, survival.Options{Level: w.level})
	if err != nil {
		return nil, tooFew(err)
	}
	return d, nil
}

// Exits is how subjects leave a state: how soon, and where to.
type Exits[S comparable] struct {
	State S `json:"state"`
	// To are the states that subjects left to or could have left to by the table, in
	// the machine's order.
	To []S `json:"to"`
	// Incidence holds the Aalen-Johansen estimates: cause k of it is leaving to
	// To[k-1], 0 being still in the state. Times are days of 24 hours.
	Incidence    *survival.Incidence `json:"incidence"`
	UnknownStart int                 `json:"unknown_start"` // see Dwell
	Unseen       int                 `json:"unseen"`        // see Dwell
}

// Exits estimates the probability of having left a state for each other state by
// the days since it was entered, where the ways out compete (竞争风险). Stays,
// censoring and errors are those of [Histories.Dwell]; besides, a state without a
// way out, in the table and in the data, is ErrInsufficientData.
func (h *Histories[S]) Exits(state S, until time.Time, opts Options) (*Exits[S], error) {
	w, err := opts.window(until)
	if err != nil {
		return nil, err
	}
	place := h.m.place(state)
	if place < 0 {
		return nil, refuse("state", "is not a state of machine %s", h.m.def.Name)
	}
	seen := h.sojourns(place, w)
	n := len(h.m.states)
	cause := make([]int, n)
	for to := range n {
		if h.m.rules[place*n+to].allowed {
			cause[to] = 1
		}
	}
	for _, r := range seen.rows {
		if r.to >= 0 {
			cause[r.to] = 1
		}
	}
	e := &Exits[S]{State: state, UnknownStart: seen.unknownStart, Unseen: seen.unseen}
	for to := range n {
		if cause[to] > 0 {
			e.To = append(e.To, h.m.states[to])
			cause[to] = len(e.To)
		}
	}
	if len(e.To) == 0 {
		return nil, &Error{Field: "state", Reason: "has no way out", Err: ErrInsufficientData}
	}
	obs := make([]survival.CompetingObservation[float64], len(seen.rows))
	for i, r := range seen.rows {
		obs[i] = survival.CompetingObservation[float64]{Entry: r.entry, Time: r.time}
		if r.to >= 0 {
			obs[i].Cause = cause[r.to]
		}
	}
	e.Incidence, err = survival.AalenJohansen(obs, len(e.To), survival.Options{Level: w.level})
	if err != nil {
		return nil, tooFew(err)
	}
	return e, nil
}

// sojourn is one stay as survival analysis sees it: at risk in (entry, time], in
// days since it began; to is the place of the state that followed, -1 where it was
// still going on.
type sojourn struct {
	entry, time float64
	to          int
}

type sojourns struct {
	rows                 []sojourn
	unknownStart, unseen int
}

// sojourns collects the stays in a state that began before until.
func (h *Histories[S]) sojourns(place int, w window) (all sojourns) {
	var walk walker
	for i := range h.subjects {
		stays := walk.walk(h.of(i), w.known)
		for k, s := range stays {
			if int(s.state) != place || s.start >= w.until {
				continue
			}
			seen, end, to := max(s.seen, w.since), min(s.end, w.until), -1
			if s.end < w.until {
				to = int(stays[k+1].state)
			}
			switch {
			case s.unknownStart:
				all.unknownStart++
			case end < seen, end == seen && seen > s.start:
				all.unseen++
			default:
				all.rows = append(all.rows, sojourn{
					entry: float64(max(seen-s.start, 0)) / microsADay, time: float64(end-s.start) / microsADay, to: to})
			}
		}
	}
	return all
}

// tooFew turns the one error that checked observations leave into one of this
// package.
func tooFew(err error) error {
	return &Error{Field: "state", Reason: "no stay in it was under observation", Err: err}
}
