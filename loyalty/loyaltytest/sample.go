package loyaltytest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// What the cases put into stores; of accounts see sample_account.go.

// kindThing is the kind of subject that the shared cases write.
const kindThing loyalty.Kind = storetest.KindThing

func thing(id string) loyalty.Subject   { return loyalty.Subject{Kind: kindThing, ID: id} }
func account(id string) loyalty.Subject { return loyalty.Subject{Kind: loyalty.KindAccount, ID: id} }

// minute is an instant with six decimals that matter.
func minute(n int) time.Time {
	return time.Date(2026, time.March, 1, 8, 30, 59, 123457000, time.UTC).Add(time.Duration(n) * time.Minute)
}

// put replaces a record by one with a body.
func put(body string) loyalty.PutRecord {
	return loyalty.PutRecord{Record: loyalty.Record{Body: json.RawMessage(body)}}
}

// line is an entry of a thing with nothing but what it needs.
func line(n int) loyalty.Append {
	return loyalty.Append{Entry: loyalty.Entry{Kind: fmt.Sprintf("kind-%d", n), Actor: "till-1", At: minute(n), Recorded: minute(n)}}
}

// event is an event with what the store is to ignore as well.
func event(n int) loyalty.Emit {
	return loyalty.Emit{Event: loyalty.Event{
		ID: 9999, Subject: loyalty.Subject{Kind: "ignored", ID: "ignored"}, Version: 9999,
		Kind: fmt.Sprintf("happened.%d", n), At: minute(n), Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}}
}

// kept is an entry as it comes back of a subject and number.
func kept(e loyalty.Entry, s loyalty.Subject, seq uint64) loyalty.Entry {
	e.Subject, e.Seq = s, seq
	return e
}

// keptRecord is a record as it comes back of a subject and head.
func keptRecord(r loyalty.Record, s loyalty.Subject, h loyalty.Head) loyalty.Record {
	r.Subject, r.Head = s, h
	return r
}
