package crmtest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// What the cases put into stores.

// kindThing is the kind of subject that the shared cases write.
const kindThing crm.Kind = storetest.KindThing

func thing(id string) crm.Subject  { return crm.Subject{Kind: kindThing, ID: id} }
func person(id string) crm.Subject { return crm.Subject{Kind: crm.KindCustomer, ID: id} }

// minute is an instant with six decimals that matter.
func minute(n int) time.Time {
	return time.Date(2026, time.March, 1, 8, 30, 59, 123457000, time.UTC).Add(time.Duration(n) * time.Minute)
}

// put replaces a record by one with a body.
func put(body string) crm.PutRecord {
	return crm.PutRecord{Record: crm.Record{Body: json.RawMessage(body)}}
}

// line is an entry with nothing but what it needs.
func line(journal crm.Journal, n int) crm.Append {
	return crm.Append{Entry: crm.Entry{Journal: journal, Kind: fmt.Sprintf("kind-%d", n), Actor: "staff-1", At: minute(n), Recorded: minute(n)}}
}

// fullRecord has every field, and what the store is to ignore as well.
func fullRecord(n int) crm.Record {
	return crm.Record{
		Subject:  crm.Subject{Kind: "ignored", ID: "ignored"},
		Head:     crm.Head{Version: 99, Entries: 99, Recorded: minute(99)},
		Customer: "customer-" + fmt.Sprint(n), Ref: "ref 参考", Owner: "staff-1", Path: "/1/2/", State: "open",
		Due: minute(n), Body: json.RawMessage(`{"n": ` + fmt.Sprint(n) + `, "text": "文字"}`),
	}
}

// fullEntry has every field, and what the store is to ignore as well.
func fullEntry(n int) crm.Entry {
	return crm.Entry{
		Subject: crm.Subject{Kind: "ignored", ID: "ignored"}, Seq: 99,
		Journal: crm.JournalTimeline, Kind: fmt.Sprintf("call.%d", n), From: "从", To: "到", Contact: "contact-1", Ref: "ref-1",
		Amount: -1<<63 + int64(n), Currency: money.CNY, Data: json.RawMessage(`{"channel": "phone", "n": [1, 2.50]}`),
		Actor: "staff-1", At: minute(n - 60), Recorded: minute(n),
		Reason: "a reason 理由", Text: "a text 正文", Private: json.RawMessage(`{"said": "private 私密"}`),
	}
}

// fullStanding has every field.
func fullStanding() crm.Standing {
	return crm.Standing{
		Holding: owner.Holding{
			Owner: "staff-1", Path: "/1/2/", Pool: "pool-1", Since: minute(1), ProtectedUntil: minute(2),
			Claimants: []string{"staff-3", "staff-2"}, Losses: []owner.Loss{{Staff: "staff-4", Path: "/1/", At: minute(10)}, {Staff: "职员", At: minute(11)}},
			LastAt: minute(12), LastRecorded: minute(13),
		},
		Relationship: crm.Placed[stage.Relationship]{State: stage.Commitment, Since: minute(3)},
		Ladder:       crm.Placed[stage.Rung]{State: stage.RungSeed, Since: minute(4)},
		Category:     crm.Placed[stage.SalesCategory]{State: stage.SalesCore, Since: minute(5)},
		Groups:       []string{"group-1", "群体 2"}, Registered: minute(6), LastContact: minute(7), NextDue: minute(8), Forgotten: minute(9),
	}
}

// owned is a standing with an owner and nothing else.
func owned(staff string) crm.PutStanding {
	return crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Owner: staff}}}
}

// event is an event with what the store is to ignore as well.
func event(n int) crm.Emit {
	return crm.Emit{Event: crm.Event{
		ID: 9999, Subject: crm.Subject{Kind: "ignored", ID: "ignored"}, Version: 9999,
		Kind: fmt.Sprintf("happened.%d", n), At: minute(n), Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}}
}

// kept is an entry as it comes back of a subject and number.
func kept(e crm.Entry, s crm.Subject, seq uint64) crm.Entry {
	e.Subject, e.Seq = s, seq
	return e
}

// keptRecord is a record as it comes back of a subject and head.
func keptRecord(r crm.Record, s crm.Subject, h crm.Head) crm.Record {
	r.Subject, r.Head = s, h
	return r
}
