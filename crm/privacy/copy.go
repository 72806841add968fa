package privacy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Section is one part of an access copy: the profile, the contacts, the activities,
// the consents (章节).
type Section struct {
	Name  string            // code, of 1 to 64 bytes
	Items []json.RawMessage // in the order in which the person is to read them
}

// SectionOf makes a section of values of any type that encoding/json writes.
// ErrInvalid for one that it cannot write.
func SectionOf[T any](name string, items []T) (Section, error) {
	s := Section{Name: name, Items: make([]json.RawMessage, 0, len(items))}
	for i := range items {
		text, err := json.Marshal(items[i])
		if err != nil {
			return Section{}, invalid("", "items", "cannot be written as JSON")
		}
		s.Items = append(s.Items, text)
	}
	return s, nil
}

// CopyHead says what a copy is of.
type CopyHead struct {
	Party   string    `json:"party"`            // customer id
	Request string    `json:"request,omitzero"` // id of the request that it answers
	AsOf    time.Time `json:"as_of"`            // the data are as they were then
}

// Copy is what a person gets who asks for their data (个人信息副本), PIPL article 45. All
// of JSON is personal.
type Copy struct {
	JSON   []byte         // the document
	SHA256 string         // of JSON, 64 lower-case hexadecimal digits: shows later what was handed over
	Counts map[string]int // number of items by section
}

// LogValue shows the digest and the number of bytes, and nothing of the document.
func (c Copy) LogValue() slog.Value {
	return slog.GroupValue(slog.String("sha256", c.SHA256), slog.Int("bytes", len(c.JSON)))
}

// copyVersion is the form of the document.
const copyVersion = 1

// NewCopy builds the document:
//
//	{"as_of":"...","party":"...","request":"...","sections":[
//	  {"count":2,"items":[...],"name":"activities"}, ...],"version":1}
//
// with the sections in the byte order of their names and the items in the order
// given, empty sections too: they say that there is nothing. It is written without
// spaces, the members of every object in the byte order of their names and numbers as
// they stand, so that the same data give the same bytes and the same digest.
//
// ErrInvalid where head has no Party or AsOf, a name is no code, or an item is not
// JSON in UTF-8 or names a member twice; ErrDuplicate for two sections of one name.
func NewCopy(head CopyHead, sections ...Section) (Copy, error) {
	v := checks{}
	v.must(limit.Text(head.Party, 1, limit.ID), "party", "is not an id")
	v.must(!head.AsOf.IsZero(), "as_of", "is missing")
	sorted := slices.Clone(sections)
	slices.SortStableFunc(sorted, func(a, b Section) int { return cmp.Compare(a.Name, b.Name) })
	for i, s := range sorted {
		v.must(limit.Text(s.Name, 1, limit.Code), "sections", "have a name that is not a code")
		if i > 0 && sorted[i-1].Name == s.Name {
			v.errs = append(v.errs, &Error{Field: "sections", Reason: "are there twice", Err: ErrDuplicate})
		}
	}
	if err := errors.Join(v.errs...); err != nil {
		return Copy{}, err
	}
	type section struct {
		Name  string            `json:"name"`
		Count int               `json:"count"`
		Items []json.RawMessage `json:"items"`
	}
	document := struct {
		CopyHead
		Version  int       `json:"version"`
		Sections []section `json:"sections"`
	}{CopyHead: head, Version: copyVersion, Sections: []section{}}
	counts := make(map[string]int, len(sorted))
	for _, s := range sorted {
		items := make([]json.RawMessage, len(s.Items))
		for i, item := range s.Items {
			text, err := canonical(item)
			if err != nil {
				return Copy{}, err
			}
			items[i] = text
		}
		document.Sections = append(document.Sections, section{s.Name, len(items), items})
		counts[s.Name] = len(items)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return Copy{}, invalid("", "as_of", "cannot be written as JSON")
	}
	text, err := canonical(b.Bytes())
	if err != nil {
		return Copy{}, err
	}
	sum := sha256.Sum256(text)
	return Copy{text, hex.EncodeToString(sum[:]), counts}, nil
}
