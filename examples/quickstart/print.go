package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// amount writes minor units with the decimals of the currency, and at least two
// where the log has none.
func (r *report) amount(minor int64) string {
	s := money.FormatMinor(minor, r.digits)
	if r.totals.Value.Currency != 0 || r.digits <= 2 {
		return s
	}
	keep := strings.IndexByte(s, '.') + 3
	return s[:keep] + strings.TrimRight(s[keep:], "0")
}

func (r *report) writeText(w io.Writer) {
	t := r.totals
	fmt.Fprintf(w, "%d customers, %d purchases, %d refunds, %s in all, %s to %s\n",
		t.Customers, t.Purchases, t.Refunds, strings.TrimSpace(r.amount(t.Value.Minor)+" "+t.Value.Currency.String()), t.First, t.Last)
	fmt.Fprintf(w, "as of %s: the state at the start of that day, refunds netted\n\n", r.asOf)

	table(w, "RFM segment\tcustomers\tvalue", func(tw io.Writer) {
		for _, line := range r.rfm.Segments {
			fmt.Fprintf(tw, "%s\t%d\t%s\n", line.Segment.Name, line.Customers, r.amount(line.Value))
		}
		if u := r.rfm.Unscored; u.Customers > 0 {
			fmt.Fprintf(tw, "%s\t%d\t%s\n", unscored, u.Customers, r.amount(u.Value))
		}
	})
	table(w, "Value pyramid\tcustomers\tvalue", func(tw io.Writer) {
		for _, tier := range r.pyramid.Tiers {
			fmt.Fprintf(tw, "%s\t%d\t%s\n", tier.Name, tier.Customers, r.amount(tier.Value))
		}
	})
	if r.topShare != nil {
		fmt.Fprintf(w, "The top fifth of the customers brings %.1f %% of the value; Gini %.3f.\n\n", 100**r.topShare, *r.gini)
	}
	table(w, "Ladder\tcustomers", func(tw io.Writer) {
		for _, line := range r.ladder.Rungs {
			fmt.Fprintf(tw, "%s %s\t%d\n", line.Rung, line.Rung.Zh(), line.Customers)
		}
	})
	r.writeMoves(w)
	r.writeAttention(w)
}

// unscored is the line of customers known only by refunds.
const unscored = "No Purchase"

func table(w io.Writer, head string, lines func(io.Writer)) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, head)
	lines(tw)
	_ = tw.Flush() // the buffer below keeps the error
	fmt.Fprintln(w)
}

func (r *report) writeMoves(w io.Writer) {
	m := r.since
	if m == nil {
		fmt.Fprint(w, "Nobody had bought a quarter earlier.\n\n")
		return
	}
	fmt.Fprintf(w, "Since %s: %d came, %d stayed on their rung\n", m.date, m.entered, m.stayed)
	for _, way := range m.routes {
		some, more := way.customers, ""
		if len(some) > 6 {
			some, more = some[:6], ", ..."
		}
		fmt.Fprintf(w, "  %s -> %s: %d (%s%s)\n", way.from, way.to, len(way.customers), strings.Join(some, ", "), more)
	}
	fmt.Fprintln(w)
}

func (r *report) writeAttention(w io.Writer) {
	fmt.Fprintln(w, "Look after first")
	switch {
	case r.noRhythm:
		fmt.Fprintln(w, "  nobody bought on two days, so there is no rhythm to fall behind")
	case len(r.attention) == 0:
		fmt.Fprintln(w, "  nobody is overdue")
	}
	for i, a := range r.attention {
		fmt.Fprintf(w, "%3d. %s: %s\n", i+1, a.ID, r.reason(a))
	}
}

// The JSON form. Amounts are decimal strings; what is undefined is null.
type (
	jsonReport struct {
		Customers int          `json:"customers"`
		Purchases uint64       `json:"purchases"`
		Refunds   uint64       `json:"refunds"`
		Total     string       `json:"total"`
		Currency  string       `json:"currency,omitempty"`
		First     calendar.Day `json:"first"`
		Last      calendar.Day `json:"last"`
		AsOf      calendar.Day `json:"asof"`

		Segments []jsonLine `json:"segments"`
		Pyramid  []jsonLine `json:"pyramid"`
		Ladder   []jsonRung `json:"ladder"`
		TopShare *float64   `json:"top20_share"`
		Gini     *float64   `json:"gini"`

		Moves     *jsonMoves      `json:"moves"`
		Attention []jsonAttention `json:"attention"`
	}
	jsonLine struct {
		Name      string `json:"name"`
		Customers int    `json:"customers"`
		Value     string `json:"value"`
	}
	jsonRung struct {
		Rung      string `json:"rung"`
		Customers int    `json:"customers"`
	}
	jsonMoves struct {
		Since  calendar.Day `json:"since"`
		Came   int          `json:"came"`
		Stayed int64        `json:"stayed"`
		Moved  []jsonRoute  `json:"moved"`
	}
	jsonRoute struct {
		From      string   `json:"from"`
		To        string   `json:"to"`
		Customers []string `json:"customers"`
	}
	jsonAttention struct {
		Customer string `json:"customer"`
		Reason   string `json:"reason"`
	}
)

func (r *report) writeJSON(w io.Writer) error {
	t := r.totals
	out := jsonReport{
		Customers: t.Customers, Purchases: t.Purchases, Refunds: t.Refunds,
		Total: r.amount(t.Value.Minor), Currency: t.Value.Currency.String(),
		First: t.First, Last: t.Last, AsOf: r.asOf, TopShare: r.topShare, Gini: r.gini,
		Attention: []jsonAttention{},
	}
	for _, line := range r.rfm.Segments {
		out.Segments = append(out.Segments, jsonLine{line.Segment.Name, line.Customers, r.amount(line.Value)})
	}
	if u := r.rfm.Unscored; u.Customers > 0 {
		out.Segments = append(out.Segments, jsonLine{unscored, u.Customers, r.amount(u.Value)})
	}
	for _, tier := range r.pyramid.Tiers {
		out.Pyramid = append(out.Pyramid, jsonLine{tier.Name, tier.Customers, r.amount(tier.Value)})
	}
	for _, line := range r.ladder.Rungs {
		out.Ladder = append(out.Ladder, jsonRung{line.Rung.String(), line.Customers})
	}
	if m := r.since; m != nil {
		out.Moves = &jsonMoves{Since: m.date, Came: m.entered, Stayed: m.stayed, Moved: []jsonRoute{}}
		for _, way := range m.routes {
			out.Moves.Moved = append(out.Moves.Moved, jsonRoute{way.from.String(), way.to.String(), way.customers})
		}
	}
	for _, a := range r.attention {
		out.Attention = append(out.Attention, jsonAttention{a.ID, r.reason(a)})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// reason is the sentence that the library has for a finding, with the value in the
// decimals of this log.
func (r *report) reason(a segment.Attention[string]) string {
	f := a.Finding()
	for i, p := range f.Params {
		if p.Name == "value" {
			f.Params[i] = finding.Str("value", strings.TrimSpace(r.amount(a.Value.Minor)+" "+a.Value.Currency.String()))
		}
	}
	text, err := segment.FindingTexts().Render(f, finding.English)
	if err != nil {
		return f.Code
	}
	return text
}
