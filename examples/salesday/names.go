package main

import (
	"cmp"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Findings hold ids, and who shows them looks up what readers call the thing. These are
// the names of this company's, in both languages.

// word is a text in both languages that goes into a sentence.
type word struct{ en, zh string }

// String is the English text.
func (w word) String() string { return w.en }

// Zh is the Chinese text.
func (w word) Zh() string { return w.zh }

func (w word) text(in finding.Language) string {
	if in == finding.Chinese {
		return w.zh
	}
	return w.en
}

// colleague is somebody of the house.
func (r *replay) colleague(id string) word {
	if p, ok := r.house.person(id); ok {
		return word{p.Name.En, p.Name.Zh}
	}
	return word{id, id}
}

func (r *replay) colleagues(ids []string) word {
	var en, zh []string
	for _, id := range ids {
		w := r.colleague(id)
		en, zh = append(en, w.en), append(zh, w.zh)
	}
	return word{strings.Join(en, ", "), strings.Join(zh, "、")}
}

// called is an id with the name behind it, where there is one.
func (r *replay) called(id string) word {
	if _, ok := r.house.person(id); ok {
		return r.colleague(id)
	}
	name, ok := r.names[id]
	if !ok {
		return word{id, id}
	}
	return word{id + " (" + name.En + ")", id + "（" + name.Zh + "）"}
}

// thing is an id with the kind before and the name behind it.
func (r *replay) thing(kind crm.Kind, id string) word {
	of, name := kindName(kind), r.called(id)
	return word{of.en + " " + name.en, of.zh + " " + name.zh}
}

func kindName(kind crm.Kind) word {
	if zh, ok := kinds[kind]; ok {
		return word{string(kind), zh}
	}
	return word{string(kind), string(kind)}
}

var kinds = map[crm.Kind]string{
	crm.KindCustomer: "客户", crm.KindLead: "线索", crm.KindOpportunity: "商机", crm.KindQuote: "报价", crm.KindOrder: "订单",
	crm.KindInstalment: "回款期次", crm.KindReminder: "提醒", crm.KindAppointment: "日程", crm.KindCareTask: "关怀任务", crm.KindEvent: "事件", crm.KindApproval: "审批",
}

// unit is a unit of the house.
func (r *replay) unit(id string) word {
	for _, u := range r.house.month.Units {
		if u.ID == id {
			return word{cmp.Or(u.Name.En, id), cmp.Or(u.Name.Zh, id)}
		}
	}
	return word{id, id}
}
