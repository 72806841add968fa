package lead

import (
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Submission is a form as it was filled in (提交). Values are personal.
type Submission struct {
	Form    string `json:"form"`
	Version int    `json:"version"`
	// Origin is what the throttle counts by: the id of a booth, a device, a partner; for
	// an address of the network a hash of it. Not personal.
	Origin   string            `json:"origin,omitzero"`
	Values   map[string]string `json:"values"`             // by name of the field; "" is not filled in
	Consents []Tick            `json:"consents,omitempty"` // the purposes that were ticked
}

// Tick is a consent that was ticked.
type Tick struct {
	Purpose string `json:"purpose"`
	Version int    `json:"version"` // of the text that was shown
}

// LogValue shows which form it is, and nothing of the values.
func (s Submission) LogValue() slog.Value {
	return slog.GroupValue(slog.String("form", s.Form), slog.Int("version", s.Version), slog.Int("values", len(s.Values)))
}

// Data is what is known of a lead (线索资料). Person, Company, Identifiers and Notes are
// personal; the others are codes, numbers and dates that stay when the person is
// forgotten.
type Data struct {
	Form    string `json:"form"`
	Version int    `json:"version"`
	Source  string `json:"source"`

	Person      string             `json:"person,omitzero"`
	Company     string             `json:"company,omitzero"`
	Identifiers []party.Identifier `json:"identifiers,omitempty"` // in their normal form, in the order of the fields
	Notes       map[string]string  `json:"notes,omitempty"`       // texts, and answers that the form calls personal
	Answers     map[string]string  `json:"answers,omitempty"`     // choices, numbers, dates
	Consents    []Tick             `json:"consents,omitempty"`
}

// LogValue shows where the lead comes from, and nothing personal.
func (d Data) LogValue() slog.Value {
	return slog.GroupValue(slog.String("form", d.Form), slog.String("source", d.Source), slog.Int("identifiers", len(d.Identifiers)))
}

// Clone returns a copy that shares no memory with d.
func (d Data) Clone() Data {
	d.Identifiers, d.Consents = slices.Clone(d.Identifiers), slices.Clone(d.Consents)
	d.Notes, d.Answers = maps.Clone(d.Notes), maps.Clone(d.Answers)
	return d
}

// Erased returns what stays when the person is forgotten.
func (d Data) Erased() Data {
	d = d.Clone()
	d.Person, d.Company, d.Identifiers, d.Notes = "", "", nil, nil
	return d
}

// Strings returns the personal strings of d, for the search for what was left behind.
func (d Data) Strings() []string {
	var all []string
	for _, s := range []string{d.Person, d.Company} {
		if s != "" {
			all = append(all, s)
		}
	}
	for _, i := range d.Identifiers {
		all = append(all, i.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Notes)) {
		all = append(all, d.Notes[name])
	}
	return all
}

// ClaimKeys returns the keys of the identifiers that only one lead may hold, in byte
// order, each once: see [party.Identifier.Exclusive].
func (d Data) ClaimKeys() []string {
	var keys []string
	for _, i := range d.Identifiers {
		if i.Exclusive() {
			keys = append(keys, i.ClaimKey())
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Masked returns d as it may be listed: names and identifiers masked, and no notes.
func (d Data) Masked() (person, company string, identifiers []string) {
	for _, i := range d.Identifiers {
		identifiers = append(identifiers, i.Masked())
	}
	if d.Person != "" {
		person = party.MaskName(d.Person)
	}
	return person, d.Company, identifiers
}

// Capture holds a submission against the form at an instant: the throttle of its origin,
// then every value, then the consents. It returns what is known of the lead, and the
// throttle after this try.
//
// Errors: ErrThrottled, with RetryAfter; then the throttle is as it was, and the values
// were not looked at. Otherwise the try counts, and everything that is wrong is reported
// at once, joined, each an [*Error] with the field or purpose in ID: ErrIncomplete for a
// required value or consent that is missing, and where there is neither a name nor an
// identifier; ErrInvalid for a value that is not of its kind, one of a field that the
// form does not have, and a text of a purpose that is not known. A submission of another
// form or version, and a form that is not valid, are ErrInvalid, and do not count.
func (f Form) Capture(s Submission, t Throttle, now time.Time) (Data, Throttle, error) {
	if err := f.Validate(); err != nil {
		return Data{}, t, err
	}
	if s.Form != f.ID || s.Version != f.Version {
		return Data{}, t, refuse(ErrInvalid, codeForm, "form", f.ID)
	}
	next, err := f.Limit.Try(t, now)
	if err != nil {
		return Data{}, t, err
	}
	var p problems
	data := f.read(s, &p)
	f.consents(s, &p)
	data.Consents = slices.Clone(s.Consents)
	if err := p.join(); err != nil {
		return Data{}, next, err
	}
	return data, next, nil
}

// read reads the values.
func (f Form) read(s Submission, p *problems) Data {
	d := Data{Form: f.ID, Version: f.Version, Source: f.Source}
	for _, name := range sortedNames(s.Values) {
		if !slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Name == name }) {
			p.add(ErrInvalid, codeUnknown, "values", named(name, "field"))
		}
	}
	wrong := len(*p)
	for _, field := range f.Fields {
		value := strings.TrimSpace(s.Values[field.Name])
		switch {
		case value != "":
			d.take(field, value, p)
		case field.Required:
			p.add(ErrIncomplete, codeMissing, "values", field.Name)
		}
	}
	if len(*p) == wrong && d.Person == "" && d.Company == "" && len(d.Identifiers) == 0 {
		p.add(ErrIncomplete, codeEmpty, "values", "")
	}
	return d
}

// take reads the value of a field.
func (d *Data) take(f Field, value string, p *problems) {
	most := f.Max
	if most == 0 {
		most = 200
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		p.add(ErrInvalid, codeFormat, "values", f.Name)
		return
	}
	if utf8.RuneCountInString(value) > most {
		p.add(ErrInvalid, codeLong, "values", f.Name)
		return
	}
	switch f.Kind {
	case PersonName:
		d.Person = value
	case CompanyName:
		d.Company = value
	case Phone, Email, CreditCode:
		kind := map[Kind]party.IdentifierKind{Phone: party.Phone, Email: party.Email, CreditCode: party.CreditCode}[f.Kind]
		i, err := party.NewIdentifier(kind, "", value)
		if err != nil {
			p.add(ErrInvalid, codeFormat, "values", f.Name)
			return
		}
		if !slices.Contains(d.Identifiers, i) {
			d.Identifiers = append(d.Identifiers, i)
		}
	case Text:
		d.note(f, value)
	default:
		answer, code := f.answer(value)
		if code != "" {
			p.add(ErrInvalid, code, "values", f.Name)
			return
		}
		if f.Personal {
			d.note(f, answer)
			return
		}
		if d.Answers == nil {
			d.Answers = map[string]string{}
		}
		d.Answers[f.Name] = answer
	}
}

func (d *Data) note(f Field, value string) {
	if d.Notes == nil {
		d.Notes = map[string]string{}
	}
	d.Notes[f.Name] = value
}

// answer returns the normal form of an answer, or the code of what is wrong with it.
func (f Field) answer(value string) (answer, code string) {
	switch f.Kind {
	case Choice:
		if !slices.Contains(f.Choices, value) {
			return "", codeChoice
		}
	case Number:
		n, err := decimal.NewFromString(value)
		if err != nil || len(value) > 40 || n.Exponent() > 20 || n.Exponent() < -20 {
			return "", codeFormat
		}
		return n.String(), ""
	case Date:
		day, err := calendar.ParseDay(value)
		if err != nil {
			return "", codeFormat
		}
		return day.String(), ""
	case YesNo:
		if value != "true" && value != "false" {
			return "", codeChoice
		}
	}
	return value, ""
}

// named returns what a submission calls a field or purpose that the form does not have:
// the name where it is a code that begins with a letter, and else what it stands for.
// Whoever fills in a form may put a telephone number there, or a page of text.
func named(name, what string) string {
	if limit.IsCode(name) && 'a' <= name[0] && name[0] <= 'z' {
		return name
	}
	return what
}

// consents holds the ticks against the purposes.
func (f Form) consents(s Submission, p *problems) {
	for i, tick := range s.Consents {
		at := slices.IndexFunc(f.Purposes, func(purpose Purpose) bool { return purpose.Code == tick.Purpose })
		switch {
		case at < 0:
			p.add(ErrInvalid, codeUnknown, "consents", named(tick.Purpose, "purpose"))
		case slices.ContainsFunc(s.Consents[:i], func(t Tick) bool { return t.Purpose == tick.Purpose }):
			p.add(ErrDuplicate, codeRepeated, "consents", tick.Purpose)
		case !slices.Contains(f.Purposes[at].Versions, tick.Version):
			p.add(ErrInvalid, codeNotice, "consents", tick.Purpose)
		}
	}
	for _, purpose := range f.Purposes {
		ticked := slices.ContainsFunc(s.Consents, func(t Tick) bool { return t.Purpose == purpose.Code })
		if purpose.Required && !ticked {
			p.add(ErrIncomplete, codeConsent, "consents", purpose.Code)
		}
	}
}

// Throttled returns how long to wait where err is [ErrThrottled].
func Throttled(err error) (wait time.Duration, ok bool) {
	var e *Error
	if errors.Is(err, ErrThrottled) && errors.As(err, &e) {
		return e.RetryAfter, true
	}
	return 0, false
}
