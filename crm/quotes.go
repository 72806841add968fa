package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// JournalQuote is what became of a quote.
const JournalQuote Journal = "quote" // 报价记录

// Quotes are what was offered in the course of opportunities, round by round (报价), by
// the rules of a [quote.Quote]. A quote is a record that is listed by who has the
// opportunity, customer, opportunity (Ref), state, and while it is sent by the end of
// its last day. Every command moves the opportunity, so that there is never more than one
// sent quote of a variant, and no round twice.
type Quotes struct{ core *core }

// Quote is a quote as it stands. It holds ids, codes, amounts and days.
type Quote struct {
	Head     Head   `json:"-"`
	Customer string `json:"-"`
	Owner    string `json:"-"` // staff id
	Path     string `json:"-"` // of the owner's unit

	quote.Quote
	Lines   []quote.Line  `json:"lines"`
	Options quote.Options `json:"options,omitzero"`
	Totals  quote.Totals  `json:"totals"` // what the lines come to
}

// offered reports whether the customer has it, or took it.
func (q Quote) offered() bool { return q.State == quote.Sent || q.State == quote.Accepted }

// NewQuote is a command of [Quotes].Draft.
type NewQuote struct {
	Call
	ID          string // "" for one that is made
	Opportunity string // id
	Variant     string // code, where several things are offered side by side
	Lines       []quote.Line
	Currency    money.Currency
	Options     quote.Options
	Floor       quote.Floor
	ValidUntil  calendar.Day // the last day on which it may be accepted; zero is no such day
}

// Drafted is what [Quotes].Draft made.
type Drafted struct {
	ID    string       `json:"id"`
	Round int          `json:"round"` // one beyond the highest of the same opportunity and variant
	Net   money.Amount `json:"net"`
	Gross money.Amount `json:"gross"`
}

// Draft draws up the next round for an opportunity 起草报价.
//
// Errors: those of [quote.Price]; ErrDuplicate where the id is in use; ErrTransition
// where the opportunity is closed; ErrNotFound where the actor sees none; ErrForgotten
// where the customer was erased; ErrForbidden where who has the opportunity has left.
func (s *Quotes) Draft(ctx context.Context, actor Actor, n NewQuote) (Drafted, error) {
	cmd := command{name: "quotes.draft", actor: actor, made: n.ID == "", call: n.Call,
		input: []any{n.Opportunity, n.Variant, n.Lines, n.Currency, n.Options, n.Floor, n.ValidUntil}}
	if n.ID == "" {
		n.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindQuote, n.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Drafted, error) {
		o, customer, err := (&Opportunities{s.core}).standing(ctx, actor, n.Opportunity)
		if err != nil {
			return draft{}, Drafted{}, err
		}
		guard, err := s.core.giving(ctx, o.Holding.Owner)
		if err != nil {
			return draft{}, Drafted{}, err
		}
		q, err := s.new(ctx, n, o, now)
		if err != nil {
			return draft{}, Drafted{}, err
		}
		change, err := s.core.quoteChange(q, q.row("drafted", actor, n.Call, now))
		return draft{require: []Expect{customer}, changes: []Change{change, guard, o.guard()}},
			Drafted{q.ID, q.Round, q.Net, money.Amount{Minor: q.Totals.Gross, Currency: q.Totals.Currency}}, err
	})
}

// guard moves an opportunity, for rules over all of its quotes.
func (o Opportunity) guard() Change {
	return Change{Subject: Subject{KindOpportunity, o.ID}, Expect: o.Head.Version}
}

func (s *Quotes) new(ctx context.Context, n NewQuote, o Opportunity, now time.Time) (Quote, error) {
	subject := Subject{KindQuote, n.ID}
	if err := cmp.Or(subject.validate(), short(subject, "variant", n.Variant)); err != nil {
		return Quote{}, err
	}
	if err := o.beOpen(); err != nil {
		return Quote{}, err
	}
	if !n.ValidUntil.IsZero() && !n.ValidUntil.Valid() {
		return Quote{}, &Error{Subject: subject, Field: "valid_until", Reason: "is no day", Err: ErrInvalid}
	}
	totals, err := quote.Price(n.Lines, n.Currency, n.Options)
	if err != nil {
		return Quote{}, err
	}
	others, err := s.of(ctx, RecordFilter{Kind: KindQuote, Ref: o.ID})
	if err != nil {
		return Quote{}, err
	}
	head, err := s.core.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Err: ErrDuplicate}
	}
	if err != nil {
		return Quote{}, err
	}
	var series []quote.Offer
	for _, other := range others {
		if other.Variant == n.Variant {
			series = append(series, other.Offer)
		}
	}
	offer := quote.Offer{ID: n.ID, Round: quote.NextRound(series), On: s.core.dayOf(effective(n.Call, now)),
		Net: money.Amount{Minor: totals.Net, Currency: totals.Currency}}
	return Quote{Customer: o.Customer, Owner: o.Holding.Owner, Path: o.Holding.Path, Lines: slices.Clone(n.Lines), Options: n.Options, Totals: totals,
		Quote: quote.Quote{Offer: offer, Opportunity: o.ID, Variant: n.Variant, State: quote.Draft, ValidUntil: n.ValidUntil, Floor: n.Floor}}, nil
}

// Offered is what [Quotes].Send did.
type Offered struct {
	Quote      string            `json:"quote"`
	Superseded []string          `json:"superseded,omitempty"` // ids of quotes of the same variant that no longer hold
	Found      []finding.Finding `json:"found,omitempty"`      // what speaks against the offer, see [quote.Guard]
}

// Send gives a quote to the customer 发出报价: the quote of the same variant that the
// customer had is superseded in the same commit.
//
// Errors: those of [quote.Quote.Send], above all ErrIncomplete where the offer lies below
// its floor and was not approved; ErrTransition where the opportunity is closed;
// ErrNotFound; ErrForgotten where the customer was erased.
func (s *Quotes) Send(ctx context.Context, actor Actor, id string, call Call) (Offered, error) {
	cmd := command{name: "quotes.send", actor: actor, subject: Subject{KindQuote, id}, call: call}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Offered, error) {
		q, o, customer, err := s.standing(ctx, actor, id)
		if err == nil && o.closed() {
			err = &Error{Subject: cmd.subject, Reason: "is for an opportunity that is closed", Err: ErrTransition}
		}
		if err != nil {
			return draft{}, Offered{}, err
		}
		others, err := s.of(ctx, RecordFilter{Kind: KindQuote, Ref: o.ID})
		if err != nil {
			return draft{}, Offered{}, err
		}
		plain := make([]quote.Quote, len(others))
		for i, other := range others {
			plain[i] = other.Quote
		}
		sent, superseded, found, err := q.Send(plain, s.core.dayOf(effective(call, now)))
		if err != nil {
			return draft{}, Offered{}, err
		}
		row := q.row("sent", actor, call, later(now, q.Head.Recorded))
		row.From, row.To, q.Quote = q.State.String(), sent.State.String(), sent
		change, err := s.core.quoteChange(q, row)
		d := draft{require: []Expect{customer}, changes: []Change{change, o.guard()}}
		done := Offered{Quote: id, Found: found}
		for _, old := range superseded {
			other := others[slices.IndexFunc(others, func(q Quote) bool { return q.ID == old.ID })]
			row := other.row("superseded", actor, call, later(now, other.Head.Recorded))
			row.From, row.To, row.Ref, other.Quote = other.State.String(), old.State.String(), id, old
			change, failed := s.core.quoteChange(other, row)
			err = errors.Join(err, failed)
			d.changes, done.Superseded = append(d.changes, change), append(done.Superseded, old.ID)
		}
		return d, done, err
	})
}

// Submit asks for approval of a draft 提交审批, and returns the entry, as do the commands
// that follow. Their errors are those of the method of [quote.Quote] with the same name;
// ErrNotFound; ErrForgotten where the customer was erased, but of Decline and Expire.
func (s *Quotes) Submit(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, "submitted", id, "", call, func(q quote.Quote, _ calendar.Day) (quote.Quote, error) { return q.Submit() })
}

// Approve records under which id a quote was approved 审批通过. Who may approve it is
// decided by package approval and the host, before this.
func (s *Quotes) Approve(ctx context.Context, actor Actor, id, approval string, call Call) (Entry, error) {
	return s.decide(ctx, actor, "approved", id, approval, call, func(q quote.Quote, _ calendar.Day) (quote.Quote, error) { return q.Approve(approval) })
}

// Refuse sends a quote back that waits for approval 审批驳回.
func (s *Quotes) Refuse(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, "refused", id, "", call, func(q quote.Quote, _ calendar.Day) (quote.Quote, error) { return q.Refuse() })
}

// Accept records that the customer took an offer 客户接受. What is agreed is an order: see
// [Opportunities].Win.
func (s *Quotes) Accept(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, "accepted", id, "", call, quote.Quote.Accept)
}

// Decline records that the customer did not take an offer 客户拒绝.
func (s *Quotes) Decline(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, quoteDeclined, id, "", call, func(q quote.Quote, _ calendar.Day) (quote.Quote, error) { return q.Decline() })
}

// Expire records that the last day of an offer went by 过期. [Quotes].Due lists them.
func (s *Quotes) Expire(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.decide(ctx, actor, quoteExpired, id, "", call, quote.Quote.Expire)
}

// The kinds of entries by which an offer ends, also after its customer was forgotten.
const (
	quoteDeclined = "declined"
	quoteExpired  = "expired"
)

func (s *Quotes) decide(ctx context.Context, actor Actor, kind, id, ref string, call Call,
	decide func(quote.Quote, calendar.Day) (quote.Quote, error)) (Entry, error) {
	cmd := command{name: "quotes." + kind, actor: actor, subject: Subject{KindQuote, id}, call: call, input: ref}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		call := call
		q, o, customer, err := s.standing(ctx, actor, id)
		if kind == quoteDeclined || kind == quoteExpired {
			err = silently(err, &call)
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		row := q.row(kind, actor, call, later(now, q.Head.Recorded))
		next, err := decide(q.Quote, s.core.dayOf(row.At))
		if err == nil {
			err = short(cmd.subject, "approval", ref)
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		row.From, row.To, q.Quote = q.State.String(), next.State.String(), next
		if ref != "" {
			row.Ref = ref
		}
		change, err := s.core.quoteChange(q, row)
		row.Subject, row.Seq = cmd.subject, q.Head.Entries+1
		return draft{require: []Expect{customer}, changes: []Change{change, o.guard()}}, row.Redacted(), err
	})
}

// standing returns a quote that the actor sees, its opportunity, and its customer as the
// commit is to find it.
func (s *Quotes) standing(ctx context.Context, actor Actor, id string) (q Quote, o Opportunity, customer Expect, err error) {
	r, err := s.core.visible(ctx, actor, Subject{KindQuote, id})
	if err != nil {
		return q, o, customer, err
	}
	if q, err = quoteOf(r); err != nil {
		return q, o, customer, err
	}
	if r, err = s.core.store.Record(ctx, Subject{KindOpportunity, q.Opportunity}); err != nil {
		return q, o, customer, err
	}
	if o, err = opportunityOf(r); err != nil {
		return q, o, customer, err
	}
	customer, err = s.core.whose(ctx, q.Customer)
	return q, o, customer, err
}

// row is a line of the quote's journal. Its Contact is the customer, so that its texts
// are cleared with those of the customer, if that is a person.
func (q Quote) row(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalQuote, Kind: kind, To: q.State.String(), Contact: q.Customer, Ref: q.Opportunity, Amount: q.Net.Minor, Currency: q.Net.Currency,
		Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

// quoteChange appends an entry to a quote and puts it as it then is.
func (c *core) quoteChange(q Quote, row Entry) (Change, error) {
	subject := Subject{KindQuote, q.ID}
	body, err := json.Marshal(q)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := Record{Customer: q.Customer, Ref: q.Opportunity, Owner: q.Owner, Path: q.Path, State: q.State.String(), Body: body}
	if q.State == quote.Sent && !q.ValidUntil.IsZero() {
		r.Due = c.startOf(q.ValidUntil + 1)
	}
	return Change{subject, q.Head.Version, []Write{Append{row}, PutRecord{r}, Emit{Event{Kind: "quote." + row.Kind, At: row.Recorded}}}}, nil
}

func quoteOf(r Record) (q Quote, err error) {
	if err := json.Unmarshal(r.Body, &q); err != nil {
		return q, &Error{Subject: r.Subject, Field: "body", Reason: "is no quote", Err: errors.Join(ErrInvalid, err)}
	}
	q.Head, q.Customer, q.Owner, q.Path = r.Head, r.Customer, r.Owner, r.Path
	return q, nil
}

func (s *Quotes) of(ctx context.Context, f RecordFilter) ([]Quote, error) {
	return collect(decoded(s.core.store.Records(ctx, f), quoteOf))
}

// Get returns a quote. ErrNotFound: the actor sees none.
func (s *Quotes) Get(ctx context.Context, actor Actor, id string) (Quote, error) {
	subject := Subject{KindQuote, id}
	return read(ctx, s.core, "quotes.get", actor, subject, func() (Quote, error) {
		r, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return Quote{}, err
		}
		return quoteOf(r)
	})
}

// Rounds returns what a customer was offered, in all opportunities that the actor sees
// 报价过程: by opportunity, variant and round.
func (s *Quotes) Rounds(ctx context.Context, actor Actor, customer string) ([]Quote, error) {
	return read(ctx, s.core, "quotes.rounds", actor, Subject{KindCustomer, customer}, func() ([]Quote, error) {
		quotes, err := s.of(ctx, RecordFilter{Kind: KindQuote, Customer: customer, Visible: &actor.Sees})
		slices.SortFunc(quotes, func(a, b Quote) int {
			if c := strings.Compare(a.Opportunity, b.Opportunity); c != 0 {
				return c
			}
			if c := strings.Compare(a.Variant, b.Variant); c != 0 {
				return c
			}
			return a.Round - b.Round
		})
		return quotes, err
	})
}

// Due yields the sent quotes that the actor sees and whose last day ends at an instant or
// before it, by id: what is to be expired then.
func (s *Quotes) Due(ctx context.Context, actor Actor, at time.Time) iter.Seq2[Quote, error] {
	s.core.observe(ctx, Op{Name: "quotes.due", Actor: actor.ID, Attempts: 1})
	return decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindQuote, State: quote.Sent.String(), Visible: &actor.Sees,
		DueBefore: Instant(at).Add(time.Microsecond)}), quoteOf)
}

// History yields the journal of a quote as it was recorded.
func (s *Quotes) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	subject := Subject{KindQuote, id}
	_, err := s.core.visible(ctx, actor, subject)
	s.core.observe(ctx, Op{Name: "quotes.history", Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalQuote})
}
