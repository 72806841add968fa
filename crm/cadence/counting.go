package cadence

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Verdict is what an action comes to (行动认定).
type Verdict struct {
	Counted bool      // it is a follow-up
	At      time.Time // the instant at which it counts; zero where it does not
	Late    bool      // it was recorded too late, and counts when it was recorded
	Missing []string  // fields that a counted action needs: "purpose", "outcome", "next_step", "contact", "note"
}

// Judge says whether an action counts as a follow-up, and when (行动是否有效).
//
// A visit counts with purpose, outcome and next step of at least MinRunes runes, not
// only punctuation, and with a contact: a visit for form's sake does not. Every other
// action counts with a note, or with NoChange: it is due also where nothing moved. It
// counts at At when it was recorded within LateDays, else at RecordedAt.
//
// ErrInvalid: see [Action.Validate].
func (r EvidenceRule) Judge(a Action) (Verdict, error) {
	if err := a.validate(); err != nil {
		return Verdict{}, err
	}
	r = r.withDefaults()
	v := Verdict{Missing: r.missing(&a), Late: r.late(&a)}
	v.Counted = v.Missing == nil
	switch {
	case !v.Counted:
	case v.Late:
		v.At = a.RecordedAt
	default:
		v.At = a.At
	}
	return v, nil
}

func (r *EvidenceRule) late(a *Action) bool {
	if a.RecordedAt.Unix()-a.At.Unix() < int64(r.LateDays)*86400 {
		return false
	}
	return a.RecordedAt.Sub(a.At) > time.Duration(r.LateDays)*24*time.Hour
}

func (r *EvidenceRule) missing(a *Action) (fields []string) {
	if a.Kind != Visit {
		if !a.NoChange && !says(a.Note, 1) {
			return []string{"note"}
		}
		return nil
	}
	for _, part := range [...]struct{ name, text string }{{"purpose", a.Purpose}, {"outcome", a.Outcome}, {"next_step", a.NextStep}} {
		if !says(part.text, r.MinRunes) {
			fields = append(fields, part.name)
		}
	}
	if a.Contact == "" {
		fields = append(fields, "contact")
	}
	return fields
}

// says reports whether a text, trimmed, has at least so many runes, and not only
// punctuation.
func says(text string, least int) bool {
	if least == 1 && beginsWithWord(text) {
		return true // the usual note
	}
	text = strings.TrimSpace(text)
	if len(text) < least {
		return false
	}
	said := strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.So, r) }) >= 0
	return said && (least <= 1 || utf8.RuneCountInString(text) >= least)
}

// beginsWithWord reports, at once, whether a text begins with a Latin letter or, from
// U+4000 to U+9FFF, with a Chinese character. What is no valid UTF-8 there reads as
// U+FFFD, a symbol, which says as much.
func beginsWithWord(text string) bool {
	return text != "" && (text[0]|0x20 >= 'a' && text[0]|0x20 <= 'z' || text[0] >= 0xE4 && text[0] <= 0xE9)
}

// sameNote reports whether two notes say the same: case, width and white space set
// aside.
func sameNote(a, b string) bool {
	if len(a) == len(b) && a == b {
		return true
	}
	if a != "" && b != "" && differ(a[0], b[0]) {
		return false
	}
	for {
		x, restA := nextRune(a)
		y, restB := nextRune(b)
		if x != y {
			return false
		}
		if x < 0 {
			return true
		}
		a, b = restA, restB
	}
}

// differ reports whether two bytes are Latin letters, and not the same one.
func differ(x, y byte) bool {
	x, y = x|0x20, y|0x20
	return x != y && 'a' <= x && x <= 'z' && 'a' <= y && y <= 'z'
}

// nextRune returns the next rune of a note that is no white space, folded, and -1 at
// the end.
func nextRune(s string) (rune, string) {
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		if '！' <= r && r <= '～' {
			r -= '！' - '!' // full width
		}
		if (r < 'a' || r > 'z') && (r < '一' || r > '鿿') { // most runes
			if unicode.IsSpace(r) {
				continue
			}
			r = unicode.ToLower(r)
		}
		return r, s
	}
	return -1, ""
}
