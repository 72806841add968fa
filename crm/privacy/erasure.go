package privacy

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Holdings is all that there is of one person (持有信息), as the caller lists it. Records
// that were merged into the person's are among the Records.
type Holdings struct {
	Party   string   `json:"party"`             // id of the record that is to be forgotten
	Records []string `json:"records,omitempty"` // ids of further records with personal data: merged ones, contacts, drafts

	Identifiers []Identifier `json:"identifiers,omitempty"` // personal
	Entries     []EntryRef   `json:"entries,omitempty"`
	Links       []string     `json:"links,omitempty"`     // ids of what joins the person to others; the link stays, its texts go
	Blobs       []string     `json:"blobs,omitempty"`     // ids of files that the host keeps
	Redirects   []string     `json:"redirects,omitempty"` // ids that lead to Party
	Indexes     []string     `json:"indexes,omitempty"`   // names of search indexes that hold the person
	Holds       []Hold       `json:"holds,omitempty"`
}

// LogValue shows the id and the numbers of things, and no identifier.
func (h Holdings) LogValue() slog.Value {
	return slog.GroupValue(slog.String("party", h.Party), slog.Int("records", len(h.Records)),
		slog.Int("identifiers", len(h.Identifiers)), slog.Int("entries", len(h.Entries)), slog.Int("links", len(h.Links)))
}

// Identifier is a key that the person alone holds: a telephone number, a WeChat id.
type Identifier struct {
	Holder string `json:"holder"` // id of the record that claims it
	Key    string `json:"key"`    // kind and normalised value, as claimed: "phone:+8613800138000"; personal
}

// LogValue shows the holder only.
func (i Identifier) LogValue() slog.Value {
	return slog.GroupValue(slog.String("holder", i.Holder))
}

// EntryRef names a line of a journal.
type EntryRef struct {
	Subject string `json:"subject"` // id of whose journal it is
	Journal string `json:"journal"` // code
	Seq     uint64 `json:"seq"`
	// Personal: something in it would have to be cleared. Entries without are listed
	// so that nobody has to sort them out, and give no step.
	Personal bool `json:"personal,omitzero"`
}

// StepKind is one thing that has to be written to forget a person (删除步骤). The order
// is that of the values; the zero value is none.
type StepKind uint8

const (
	BlankRecord    StepKind = iota + 1 // replace what is personal in a record by the token 匿名化记录
	ClearEntry                         // clear the personal part of a journal entry 清除条目
	ClearLink                          // clear the texts of a link 清除关联
	PutTombstone                       // write a tombstone 写入墓碑
	ReleaseClaim                       // release the claim of an identifier 释放标识
	DeleteBlob                         // delete a file 删除文件
	RemoveRedirect                     // end a redirect that leads to the person 取消转向
	RemoveIndexed                      // take the person out of a search index 移出索引
)

var stepKindNames = enum.New[StepKind]("kind", unknown, enum.Names{
	{}, {"blank-record", "匿名化记录"}, {"clear-entry", "清除条目"}, {"clear-link", "清除关联"},
	{"put-tombstone", "写入墓碑"}, {"release-claim", "释放标识"}, {"delete-blob", "删除文件"},
	{"remove-redirect", "取消转向"}, {"remove-indexed", "移出索引"},
})

// Valid reports whether k is one of the eight.
func (k StepKind) Valid() bool { return stepKindNames.Valid(k) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (k StepKind) String() string { return stepKindNames.Code(k) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (k StepKind) Zh() string { return stepKindNames.Zh(k) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (k StepKind) MarshalText() ([]byte, error) { return stepKindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *StepKind) UnmarshalText(text []byte) error { return stepKindNames.Unmarshal(k, text) }

// ErasureStep is one of the things to be written.
type ErasureStep struct {
	Kind    StepKind `json:"kind"`
	Subject string   `json:"subject"`          // id of the record concerned
	Journal string   `json:"journal,omitzero"` // of a clear-entry
	Seq     uint64   `json:"seq,omitzero"`     // of a clear-entry
	// Ref is the link, file, redirect or index concerned, the digest of a
	// put-tombstone, or the key of a release-claim, which is personal.
	Ref string `json:"ref,omitzero"`
}

// LogValue shows the step without the key that a release-claim names.
func (s ErasureStep) LogValue() slog.Value {
	if s.Kind == ReleaseClaim {
		s.Ref = ""
	}
	return slog.GroupValue(slog.String("kind", s.Kind.String()), slog.String("subject", s.Subject),
		slog.String("journal", s.Journal), slog.Uint64("seq", s.Seq), slog.String("ref", s.Ref))
}

// Erasure is the plan by which a person is forgotten (删除方案), PIPL article 47. It names
// identifiers and is not kept once it is carried out.
type Erasure struct {
	Party string        `json:"party"`
	Token string        `json:"token"` // stands for the person from then on
	Steps []ErasureStep `json:"steps"`
}

// LogValue shows the number of steps, and no identifier.
func (e Erasure) LogValue() slog.Value {
	return slog.GroupValue(slog.String("party", e.Party), slog.String("token", e.Token), slog.Int("steps", len(e.Steps)))
}

// ErasureOptions are what a plan needs besides what there is.
type ErasureOptions struct {
	// Key of the tombstones, of at least [MinKey] bytes; see [Tombstone].
	Key []byte
	// Token stands in the place of the person's name: an id of at least 16 bytes, drawn
	// at random by the caller, from which nothing about the person follows.
	Token string
	// At is the instant at which the holds are looked at.
	At time.Time
}

// PlanErasure lists what has to be written so that no name, identifier or text of the
// person is left, and every count and sum is what it was: records are blanked and
// journal entries cleared, never removed. The steps are ordered by kind, subject,
// journal, number and reference, each once, whatever the order of h; carrying them out
// again changes nothing. They belong into one commit, but for files and indexes.
//
// ErrConflict, naming the holds, where a legal hold is in force (article 47, last
// paragraph: then the data are stored and protected, nothing else). ErrInvalid for a
// short key or token, no At, or something in h without its id.
func PlanErasure(h Holdings, opts ErasureOptions) (Erasure, error) {
	if err := checkErasure(&h, &opts); err != nil {
		return Erasure{}, err
	}
	if holds := activeHolds(h.Holds, opts.At); len(holds) > 0 {
		return Erasure{}, &Error{Code: limit.Shown(h.Party), Field: "holds", Reason: "stand against it: " + strings.Join(holds, ", "), Err: ErrConflict}
	}
	plan := Erasure{Party: h.Party, Token: opts.Token}
	add := func(s ErasureStep) { plan.Steps = append(plan.Steps, s) }
	for _, id := range append([]string{h.Party}, h.Records...) {
		add(ErasureStep{Kind: BlankRecord, Subject: id})
	}
	for _, e := range h.Entries {
		if e.Personal {
			add(ErasureStep{Kind: ClearEntry, Subject: e.Subject, Journal: e.Journal, Seq: e.Seq})
		}
	}
	for _, i := range h.Identifiers {
		digest, err := Tombstone(opts.Key, i.Key)
		if err != nil {
			return Erasure{}, err
		}
		add(ErasureStep{Kind: PutTombstone, Subject: h.Party, Ref: digest})
		add(ErasureStep{Kind: ReleaseClaim, Subject: i.Holder, Ref: i.Key})
	}
	for kind, refs := range map[StepKind][]string{ClearLink: h.Links, DeleteBlob: h.Blobs, RemoveRedirect: h.Redirects, RemoveIndexed: h.Indexes} {
		for _, ref := range refs {
			add(ErasureStep{Kind: kind, Subject: h.Party, Ref: ref})
		}
	}
	slices.SortFunc(plan.Steps, compareSteps)
	plan.Steps = slices.Compact(plan.Steps)
	return plan, nil
}

func compareSteps(a, b ErasureStep) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Journal, b.Journal),
		cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Ref, b.Ref))
}

func checkErasure(h *Holdings, opts *ErasureOptions) error {
	v := checks{code: limit.Shown(h.Party)}
	v.must(limit.Text(h.Party, 1, limit.ID), "party", "is not an id")
	v.must(len(opts.Key) >= MinKey, "key", "is shorter than 32 bytes")
	v.must(limit.Text(opts.Token, 1, limit.ID) && len(opts.Token) >= 16, "token", "is not an id of at least 16 bytes")
	v.must(!opts.At.IsZero(), "at", "is missing")
	ids := func(field string, list []string) {
		for i, id := range list {
			v.must(limit.Text(id, 1, limit.ID), field+"["+strconv.Itoa(i)+"]", "is not an id")
		}
	}
	ids("records", h.Records)
	ids("links", h.Links)
	ids("blobs", h.Blobs)
	ids("redirects", h.Redirects)
	ids("indexes", h.Indexes)
	for i, id := range h.Identifiers {
		at := "identifiers[" + strconv.Itoa(i) + "]"
		v.must(limit.Text(id.Holder, 1, limit.ID) && id.Key != "", at, "has no holder, or no key")
	}
	for i, e := range h.Entries {
		v.must(limit.Text(e.Subject, 1, limit.ID) && limit.Text(e.Journal, 1, limit.Code) && e.Seq != 0, "entries["+strconv.Itoa(i)+"]", "has no subject, journal or number")
	}
	for i, hold := range h.Holds {
		v.must(limit.Text(hold.ID, 1, limit.ID), "holds["+strconv.Itoa(i)+"]", "is not an id")
	}
	return errors.Join(v.errs...)
}
