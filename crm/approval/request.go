package approval

import (
	"log/slog"
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Request is what is to be approved (申请). Fields hold what its form asks for: ids,
// codes and numbers. Free text about a person does not belong there, for the request
// is part of the trail that nobody may change.
type Request struct {
	ID           string            `json:"id"`
	Form         FormKind          `json:"form"`
	Initiator    string            `json:"initiator"`             // id of who asks; he never decides
	Unit         string            `json:"unit,omitzero"`         // of the initiator: a code, or a path whose parts end with /
	Matter       string            `json:"matter,omitzero"`       // in the authority guide; "" is the form's code
	Counterparty string            `json:"counterparty,omitzero"` // id of the customer or supplier concerned
	Amount       money.Amount      `json:"amount,omitzero"`       // not below 0; the zero Amount is none
	Fields       map[string]string `json:"fields,omitempty"`
}

// LogValue shows the ids and the amount, and not the fields.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID), slog.String("form", r.Form.String()), slog.String("initiator", r.Initiator),
		slog.String("unit", r.Unit), slog.String("matter", r.matter()), slog.String("amount", r.Amount.String()))
}

func (r *Request) matter() string {
	if r.Matter != "" {
		return r.Matter
	}
	return r.Form.String()
}

// Validate reports everything wrong with r on its own, joined. What its form asks
// for is [Form.Check]'s business.
func (r Request) Validate() error {
	var found problems
	found.check(validID(r.ID), codeID, "id", -1)
	found.check(r.Form.Valid(), codeUnknown, "form", -1)
	found.check(validID(r.Initiator), codeID, "initiator", -1)
	found.check(validText(r.Unit), codeID, "unit", -1)
	found.check(validText(r.Matter), codeID, "matter", -1)
	found.check(validText(r.Counterparty), codeID, "counterparty", -1)
	found.check(r.Amount.Sign() >= 0, codeNegative, "amount", -1)
	found.check(r.Amount.Currency != 0 || r.Amount.Minor == 0, codeMissing, "amount.currency", -1)
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		found.check(validID(name) && validWords(r.Fields[name]), codeText, "fields", -1)
	}
	return found.join()
}

// FormField is one field of a form. Customer, amount and unit stand in the request
// itself: "counterparty", "amount" and "unit" name those.
type FormField struct {
	Name     string `json:"name"`
	En       string `json:"en"`
	Zh       string `json:"zh"`
	Required bool   `json:"required,omitzero"`
}

// Form is an approval form (审批表单): which fields a request has.
type Form struct {
	Kind   FormKind    `json:"kind"`
	Fields []FormField `json:"fields"`
}

// Check reports what a request lacks: ErrIncomplete with all required fields that
// are empty in Items, in the order of the form. ErrInvalid: another form.
func (f Form) Check(r Request) error {
	if f.Kind != r.Form {
		return refuse(ErrInvalid, codeMisplaced, "form")
	}
	var missing []string
	for _, field := range f.Fields {
		if field.Required && !r.has(field.Name) {
			missing = append(missing, field.Name)
		}
	}
	if missing != nil {
		return incomplete(codeField, "fields", r.ID, missing...)
	}
	return nil
}

func (r *Request) has(field string) bool {
	switch field {
	case "counterparty":
		return r.Counterparty != ""
	case amountField:
		return r.Amount != money.Amount{}
	case "unit":
		return r.Unit != ""
	}
	return r.Fields[field] != ""
}

// Text returns the field's name for people.
func (f FormField) Text(in finding.Language) string {
	if in == finding.Chinese {
		return f.Zh
	}
	return f.En
}

var (
	fieldAmount   = FormField{amountField, "amount", "金额", true}
	fieldCustomer = FormField{"counterparty", "customer", "客户", true}
	fieldPurpose  = FormField{"purpose", "purpose code", "用途", true}
	fieldReason   = FormField{"reason_code", "reason code", "原因代码", true}
)

// StandardForm returns the usual form of a kind (常用审批表单), a start for a host's
// own; no fields for a number that is no kind.
func StandardForm(kind FormKind) Form {
	f := Form{Kind: kind}
	switch kind {
	case Expense:
		f.Fields = []FormField{fieldAmount, fieldPurpose, {"budget", "budget line", "预算科目", true}, {"counterparty", "customer", "客户", false}}
	case Compensation:
		f.Fields = []FormField{fieldCustomer, {"case", "case", "工单", true}, {"kind", "kind of compensation", "赔偿方式", true}, fieldAmount}
	case Discount:
		f.Fields = []FormField{fieldCustomer, {"quote", "quote", "报价单", true}, {"discount", "discount rate", "折扣率", true}, fieldAmount, fieldReason}
	case Credit:
		f.Fields = []FormField{fieldCustomer, {"grade", "credit grade", "信用等级", true}, fieldAmount, {"review", "review date", "复核日期", true}}
	case Contract:
		f.Fields = []FormField{fieldCustomer, {"contract", "contract number", "合同编号", true}, fieldAmount, {"document", "document hash", "文本哈希", true}}
	case Transfer:
		f.Fields = []FormField{{"from", "owner before", "原负责人", true}, {"to", "owner after", "接收人", true}, {"customers", "number of customers", "客户数", true}, fieldReason}
	case Export:
		f.Fields = []FormField{fieldPurpose, {"rows", "number of rows", "行数", true}, {"columns", "columns", "字段", true}, {"recipient", "recipient", "接收方", true}}
	case Policy:
		f.Fields = []FormField{{"policy", "policy", "制度", true}, {"version", "version", "版本", true}, {"date", "date", "日期", true},
			{"authoriser", "authoriser", "授权人", true}, {"change", "change record", "修改记录", true}, {"text", "hash of the text", "文本哈希", true}}
	}
	return f
}
