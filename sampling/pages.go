package sampling

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/members"
)

// pageSize is how many bytes of a document one page holds: as a JSON text, in which
// at most every byte is escaped once, it fits into a body.
const pageSize = MaxBody/2 - 16

// documentOf returns what a document is kept as: pages whose ids follow each other.
// It is never changed, so its pages are new: version 0.
func documentOf(cycle, name string, document any) ([]Change, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return nil, &Error{Subject: cycleOf(cycle), Field: name, Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	return pagesOf(cycle, name, text)
}

// pagesOf is documentOf for a text that is kept byte for byte.
func pagesOf(cycle, name string, text []byte) ([]Change, error) {
	var changes []Change
	for len(text) > 0 {
		n := min(pageSize, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		body, err := json.Marshal(string(text[:n]))
		if err != nil {
			return nil, &Error{Subject: cycleOf(cycle), Field: name, Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		changes = append(changes, Change{
			Subject: pageOf(cycle, name, len(changes)+1),
			Writes:  []Write{PutRecord{Record{Cycle: cycle, State: "kept", Body: body}}},
		})
		text = text[n:]
	}
	return changes, nil
}

// document reads the text of what documentOf wrote, of so many pages.
func (c *core) document(ctx context.Context, cycle, name string, pages int) ([]byte, error) {
	var text []byte
	for n := 1; n <= pages; n++ {
		record, err := c.store.Record(ctx, pageOf(cycle, name, n))
		if err != nil {
			return nil, err
		}
		part, err := members.Text(bytes.TrimSpace(record.Body))
		if err != nil {
			return nil, fmt.Errorf("sampling: page %d of %s of cycle %s: %w", n, name, cycle, err)
		}
		if pages == 1 {
			return part, nil
		}
		text = append(text, part...)
	}
	return text, nil
}

func cycleOf(id string) Subject { return Subject{KindCycle, id} }

func roundOf(cycle string, number int) Subject {
	return Subject{KindRound, fmt.Sprintf("%s/%04d", cycle, number)}
}

func pageOf(cycle, name string, number int) Subject {
	return Subject{KindPage, cycle + "/" + name + "/" + strconv.Itoa(number)}
}
