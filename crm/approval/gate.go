package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// BodyApproval says that a body approved an edition, and by which approval.
type BodyApproval struct {
	Body     string    `json:"body"`              // code, such as StepOffice and StepBoard
	Approval string    `json:"approval,omitzero"` // id of the request that ran through
	At       time.Time `json:"at"`
}

// Signature is the authoriser's over what is published (签字).
type Signature struct {
	By   string    `json:"by"` // id of who signed
	At   time.Time `json:"at"`
	Hash string    `json:"hash"` // what [Edition.Digest] gave him
}

// Edition is one version of a policy (制度版本). The four columns of the source
// documents, 日期 版本 授权人 修改记录, are Date, Version, Authoriser and Change.
type Edition struct {
	Policy     string         `json:"policy"` // id
	Date       calendar.Day   `json:"date"`
	Version    int            `json:"version"`    // the last one plus 1; the first is 1
	Authoriser string         `json:"authoriser"` // id of who authorises it
	Change     string         `json:"change"`     // what changed, in words; no personal data
	From       time.Time      `json:"from"`       // in force from here
	Approvals  []BodyApproval `json:"approvals,omitempty"`
	Signature  Signature      `json:"signature"`
}

// Digest returns what is signed: hex SHA-256 over the policy's id, the four columns,
// From and the text, each behind its length, so that nothing can move from one into
// another.
func (e Edition) Digest(text []byte) string {
	h := sha256.New()
	for _, part := range []string{e.Policy, e.Date.String(), strconv.Itoa(e.Version), e.Authoriser, e.Change,
		floor(e.From).Format(time.RFC3339Nano), string(text)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Gate is the rule by which editions are published (发布关口).
type Gate struct {
	// Bodies have to have approved the edition, in this order and before it was
	// signed; none by default.
	Bodies []string `json:"bodies,omitempty"`
	// AllowRetroactive lets an edition be in force before it was signed.
	AllowRetroactive bool `json:"allow_retroactive,omitzero"`
}

// Check reports everything that keeps an edition with its text from being published,
// joined (发布校验); nil lets it pass. history are the published editions of the policy.
//
//   - ErrIncomplete: columns not stated, and bodies that did not approve, all in Items
//   - ErrInvalid: a version that is not the last one plus 1; no signature of the
//     authoriser; a text or column that is not what he signed (Field "sign"); in force
//     before it was signed, or not after the version that it replaces
//   - ErrTransition: bodies that approved out of their order, or after the signature
func (g Gate) Check(history []Edition, e Edition, text []byte) error {
	var found problems
	if missing := e.missing(); missing != nil {
		found.add(incomplete(codeGateColumns, "columns", e.Policy, missing...))
	}
	last := Edition{}
	for _, h := range history {
		if h.Policy == e.Policy && h.Version > last.Version {
			last = h
		}
	}
	found.check(e.Version == last.Version+1, codeGateVersion, "version", -1)
	found.check(e.Signature.By != "" && e.Signature.By == e.Authoriser && !e.Signature.At.IsZero(), codeGateSigner, "signature", -1)
	found.check(e.Signature.Hash == e.Digest(text), codeGateSign, "sign", -1)
	found.check(g.AllowRetroactive || !e.From.Before(e.Signature.At), codeGateFrom, "from", -1)
	found.check(last.Version == 0 || e.From.After(last.From), codeGateRegression, "from", -1)
	g.checkBodies(&found, &e)
	return found.join()
}

func (e *Edition) missing() (items []string) {
	need := func(ok bool, item string) {
		if !ok {
			items = append(items, item)
		}
	}
	need(validID(e.Policy), "policy")
	need(e.Date.Valid(), "date")
	need(e.Version > 0, "version")
	need(validID(e.Authoriser), "authoriser")
	need(strings.TrimSpace(e.Change) != "", "change")
	need(!e.From.IsZero(), "from")
	return items
}

func (g Gate) checkBodies(found *problems, e *Edition) {
	var missing []string
	var before time.Time
	ordered := true
	for _, body := range g.Bodies {
		at := slices.IndexFunc(e.Approvals, func(a BodyApproval) bool { return a.Body == body && !a.At.IsZero() })
		if at < 0 {
			missing = append(missing, body)
			continue
		}
		when := e.Approvals[at].At
		ordered = ordered && !when.Before(before) && (e.Signature.At.IsZero() || !when.After(e.Signature.At))
		before = when
	}
	if missing != nil {
		found.add(incomplete(codeGateBodies, "approvals", e.Policy, missing...))
	}
	if !ordered {
		found.add(refuse(ErrTransition, codeGateOrder, "approvals"))
	}
}

// VersionAt returns the edition of a policy that was in force at an instant: of those
// published, the one that began last. The order of history does not matter.
// ErrNotFound: none was.
func VersionAt(history []Edition, policy string, at time.Time) (Edition, error) {
	best := Edition{}
	for _, e := range history {
		if e.Policy == policy && !at.Before(e.From) && (best.Version == 0 || e.From.After(best.From) ||
			e.From.Equal(best.From) && e.Version > best.Version) {
			best = e
		}
	}
	if best.Version == 0 {
		return Edition{}, refuseID(ErrNotFound, codeNoEdition, "policy", policy)
	}
	return best, nil
}
