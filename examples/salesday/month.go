package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

//go:embed month.json
var embedded []byte

// month is the fixture: a company and what its people did, in order.
type month struct {
	About  string   `json:"about"`
	Begins instant  `json:"begins"` // when the company sets its CRM up
	People []person `json:"people"`
	Units  []struct {
		ID     string       `json:"id"`
		Parent string       `json:"parent"`
		Head   string       `json:"head"`
		Name   finding.Text `json:"name"`
	} `json:"units"`
	Events []json.RawMessage `json:"events"`
}

// person is a colleague, or a program of the company's.
type person struct {
	ID      string       `json:"id"`
	Name    finding.Text `json:"name"`
	Unit    string       `json:"unit"`
	Post    string       `json:"post"`    // in the authority guide; "" for none
	Manager string       `json:"manager"` // id
	Sees    string       `json:"sees"`    // "all", "own" and the pool, or the id of a unit with all below it
}

// event is what every line of the month has: when, who, what. The rest of a line
// belongs to what was done.
type event struct {
	At  instant `json:"at"`
	Who string  `json:"who"`
	Do  string  `json:"do"`
}

func (e event) head() event { return e }

// act is something that was done: the line of the fixture, ready to be given as
// commands.
type act interface {
	head() event
	play(r *replay) error
}

func readMonth(text []byte) (month, error) {
	var m month
	return m, strictly(text, &m)
}

// decode reads one event as the act that it names.
func decode(line []byte) (act, error) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, err
	}
	a := newAct(e.Do)
	if a == nil {
		return nil, fmt.Errorf("%s: nobody knows how to %q", e.At, e.Do)
	}
	if err := strictly(line, a); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", e.At, e.Do, err)
	}
	return a, nil
}

// newAct returns an empty act by its name in the fixture, nil for one that is not known.
func newAct(name string) act {
	switch name {
	case "log-in":
		return new(logIn)
	case "trip":
		return new(trip)
	case "register":
		return new(register)
	case "capture":
		return new(capture)
	case "follow-up":
		return new(followUp)
	case "work":
		return new(work)
	case "qualify":
		return new(qualify)
	case "convert":
		return new(convert)
	case "recycle":
		return new(recycle)
	case "claim":
		return new(claim)
	case "register-claim":
		return new(registerClaim)
	case "rule":
		return new(rule)
	case "open":
		return new(open)
	case "expect":
		return new(expect)
	case "move":
		return new(move)
	case "plan-visit":
		return new(planVisit)
	case "finish-visit":
		return new(finishVisit)
	case "offer":
		return new(offer)
	case "send-offer":
		return new(sendOffer)
	case "accept-offer":
		return new(acceptOffer)
	case "win":
		return new(win)
	case "complete-order":
		return new(completeOrder)
	case "request":
		return new(request)
	case "approve":
		return new(approve)
	case "plan-payments":
		return new(planPayments)
	case "happened":
		return new(happened)
	case "receive":
		return new(receive)
	case "remind":
		return new(remind)
	case "promise":
		return new(promise)
	case "collect":
		return new(collect)
	case "give-notice":
		return new(giveNotice)
	case "hand-over":
		return new(handOver)
	case "introduce":
		return new(introduce)
	case "sign":
		return new(sign)
	case "show-day":
		return new(showDay)
	case "show-week":
		return new(showWeek)
	case "show-findings":
		return new(showFindings)
	}
	return nil
}

// strictly reads JSON and refuses what it does not know: a slip in the fixture is not
// to change the story in silence.
func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// shanghai is where the company is. A fixed offset, so that the program needs no table
// of zones from the machine.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// instant is a time in Shanghai, written as 2026-03-02 09:00.
type instant struct{ time.Time }

// UnmarshalJSON hides that of time.Time.
func (i *instant) UnmarshalJSON(text []byte) (err error) {
	i.Time, err = time.ParseInLocation(`"2006-01-02 15:04"`, string(text), shanghai)
	return err
}

func (i instant) String() string { return i.In(shanghai).Format("2006-01-02 15:04") }

// yuan is an amount of money, written as "105840.00".
type yuan struct{ money.Amount }

func (y *yuan) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	a, err := money.ParseAmount(s, money.CNY)
	y.Amount = a
	return err
}
