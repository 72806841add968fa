package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// replay is the month on its way: the CRM, the clock, and what the fixture calls
// things by.
type replay struct {
	*crm.CRM
	ctx   context.Context
	store *crm.Memory
	house *house
	in    finding.Language
	out   io.Writer
	now   *clock
	event event     // that is being played
	actor crm.Actor // who does it
	apart bool      // an empty line is due

	names  map[string]finding.Text // of companies and deals, by id, as readers call them
	became map[string]crm.ConvertedLead
	key    map[string]bool // customers who are key accounts

}

// play sets the company up and lets its month happen.
func play(ctx context.Context, m month, in finding.Language, out io.Writer) (*replay, error) {
	h, err := newHouse(m)
	if err != nil {
		return nil, err
	}
	now, made := &clock{m.Begins.Time}, 0
	ids := func() string { made++; return fmt.Sprintf("n%03d", made) }
	store := new(crm.Memory)
	c, err := crm.New(store, options(h, now, ids))
	if err != nil {
		return nil, err
	}
	r := &replay{CRM: c, ctx: ctx, store: store, house: h, in: in, out: out, now: now,
		names: map[string]finding.Text{}, became: map[string]crm.ConvertedLead{}, key: map[string]bool{}}
	if err := setUp(ctx, c, now); err != nil {
		return nil, err
	}
	for _, line := range m.Events {
		if err := r.line(line); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *replay) line(text []byte) error {
	a, err := decode(text)
	if err != nil {
		return err
	}
	r.event = a.head()
	if r.event.At.Before(r.now.Time) {
		return fmt.Errorf("%s: %s comes after something later", r.event.At, r.event.Do)
	}
	r.now.Time = r.event.At.Time
	if r.actor, err = r.house.actor(r.event.Who); err != nil {
		return fmt.Errorf("%s: %w", r.event.At, err)
	}
	if err := a.play(r); err != nil {
		return fmt.Errorf("%s: %s: %s: %w", r.event.At, r.event.Who, r.event.Do, err)
	}
	return nil
}

// customer returns the id of who the fixture names: by the id, or by that of the lead
// that became the customer.
func (r *replay) customer(ref string) string {
	if made, ok := r.became[ref]; ok {
		return made.Customer
	}
	return ref
}

// contact returns the id of the person whom the fixture names by a lead.
func (r *replay) contact(ref string) string {
	if made, ok := r.became[ref]; ok {
		return made.Person
	}
	return ref
}

// print writes a line, indented.
func (r *replay) print(depth int, text string) {
	if r.apart {
		fmt.Fprintln(r.out)
	}
	fmt.Fprintln(r.out, strings.Repeat("  ", depth)+text)
	r.apart = false
}

// gap sets what is shown apart from what happens.
func (r *replay) gap() { r.apart = true }

// say writes what happened, by a sentence of the program's own catalogue.
func (r *replay) say(code string, params ...finding.Param) error {
	text, err := r.sentence(code, append([]finding.Param{finding.Term("who", r.colleague(r.event.Who))}, params...)...)
	if err != nil {
		return err
	}
	r.print(0, r.event.At.String()+"  "+text)
	return nil
}

// sentence words one of the program's own sentences.
func (r *replay) sentence(code string, params ...finding.Param) (string, error) {
	return texts.Render(finding.Finding{Code: code, Params: params}, r.in)
}

// findings writes findings with their codes, in the words of the package that found
// them.
func (r *replay) findings(depth int, words finding.Catalogue, found []finding.Finding) error {
	for _, f := range found {
		text, err := words.Render(r.named(f), r.in)
		if err != nil {
			return err
		}
		line, params := "ALONE", []finding.Param{finding.Str("code", f.Code), finding.Str("text", text)}
		if f.Subject != "" {
			line, params = "ABOUT", append(params, finding.Term("what", r.called(f.Subject)))
		}
		if text, err = r.sentence(line, params...); err != nil {
			return err
		}
		r.print(depth, text)
	}
	return nil
}

// named puts the name of a colleague in the place of the id that a finding holds.
func (r *replay) named(f finding.Finding) finding.Finding {
	f.Params = slices.Clone(f.Params)
	for i, p := range f.Params {
		if p.Name == "owner" && p.Zh == "" { // with a Zh, it is a word and no id
			f.Params[i] = finding.Term(p.Name, r.colleague(p.Value))
		}
	}
	return f
}
