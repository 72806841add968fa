package owner

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Need is what a handover still lacks (缺项). The zero value is none.
type Need uint8

const (
	NeedFreeze       Need = iota + 1 // exports are not frozen 冻结导出
	NeedCount                        // a matter is not counted 清点
	NeedList                         // Count things of a matter are not listed 列明
	NeedHandover                     // Count things of a matter, or the thing Ref, are not handed over 交付
	NeedIntroduction                 // the key account Ref was not introduced to its taker 当面引荐
	NeedSignature                    // Staff has not signed 签字
)

var needs = enum.New[Need]("need", unknown, enum.Names{
	{}, {"freeze", "冻结导出"}, {"count", "清点"}, {"list", "列明"}, {"hand-over", "交付"},
	{"introduce", "当面引荐"}, {"sign", "签字"},
})

// String returns the code, "" for none and ? for a number that is no need.
func (n Need) String() string { return needs.Code(n) }

// Zh returns the Chinese name, "" for none and ? for a number that is no need.
func (n Need) Zh() string { return needs.Zh(n) }

// MarshalText writes the form of String; a number that is no need is ErrInvalid.
func (n Need) MarshalText() ([]byte, error) { return needs.Marshal(n) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (n *Need) UnmarshalText(text []byte) error { return needs.Unmarshal(n, text) }

// Gap is one thing that is missing for a handover to be complete.
type Gap struct {
	Need   Need   `json:"need"`
	Matter Matter `json:"matter,omitzero"`
	Ref    string `json:"ref,omitzero"`   // id of the thing or key account
	Staff  string `json:"staff,omitzero"` // who has to sign
	Count  int    `json:"count,omitzero"` // how many are missing
}

// String returns the gap as codes and ids: "hand-over receivables INV-7", "list
// promises 2", "sign s-3".
func (g Gap) String() string { return g.text(g.Need.String(), g.Matter.String()) }

// Zh returns it with Chinese names: "交付 应收款 INV-7".
func (g Gap) Zh() string { return g.text(g.Need.Zh(), g.Matter.Zh()) }

func (g Gap) text(need, matter string) string {
	for _, part := range []string{matter, g.Ref, g.Staff} {
		if part != "" {
			need += " " + part
		}
	}
	if g.Count > 0 {
		need += " " + strconv.Itoa(g.Count)
	}
	return need
}

// Missing returns everything that the handover lacks to be complete, in the order
// of [Need] but for listing and handing over, which go by matter. It is empty when
// [Handover.Complete] would succeed, and for one that is done.
func (h Handover) Missing() []Gap {
	if h.Done() {
		return nil
	}
	gaps := h.unsettled()
	for _, id := range h.signers() {
		if !h.hasSigned(id) {
			gaps = append(gaps, Gap{Need: NeedSignature, Staff: id})
		}
	}
	return gaps
}

func (h *Handover) hasSigned(id string) bool {
	return slices.ContainsFunc(h.Signatures, func(s Signature) bool { return s.By == id })
}

// unsettled is Missing without the signatures.
func (h *Handover) unsettled() (gaps []Gap) {
	if h.FrozenAt.IsZero() {
		gaps = append(gaps, Gap{Need: NeedFreeze})
	}
	for _, m := range Matters() {
		if h.progress(m) == nil {
			gaps = append(gaps, Gap{Need: NeedCount, Matter: m})
		}
	}
	for i := range h.Progress {
		gaps = append(gaps, h.unhanded(&h.Progress[i])...)
	}
	for _, t := range h.Things {
		introduced := func(n Introduction) bool { return n.Ref == t.Ref && n.Taker == cmp.Or(t.Taker, n.Taker) }
		if t.Matter == Customers && !slices.ContainsFunc(h.Introductions, introduced) {
			gaps = append(gaps, Gap{Need: NeedIntroduction, Ref: t.Ref})
		}
	}
	return gaps
}

// unhanded returns what of a matter is not listed or not handed over.
func (h *Handover) unhanded(p *Progress) (gaps []Gap) {
	n, handed := h.listed(p.Matter)
	if p.Matter.Listed() && n < p.Before {
		gaps = append(gaps, Gap{Need: NeedList, Matter: p.Matter, Count: p.Before - n})
	}
	for _, t := range h.Things {
		if t.Matter == p.Matter && t.Taker == "" {
			gaps = append(gaps, Gap{Need: NeedHandover, Matter: p.Matter, Ref: t.Ref})
		}
	}
	if rest := p.Before - n - (p.Given - handed); rest > 0 && !p.Matter.Listed() {
		gaps = append(gaps, Gap{Need: NeedHandover, Matter: p.Matter, Count: rest})
	}
	return gaps
}
