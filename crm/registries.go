package crm

import (
	"cmp"
	"errors"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Registries are the tables of definitions that a company keeps about its
// customers (定义表).
type Registries struct {
	Groups           *Table[group.Group]              // the tree of customer groups 顾客群体架构
	Responsibilities *Table[group.Responsibility]     // who answers for each group 顾客群体责任表
	Outputs          *Table[group.Output]             // what each department makes, and for whom 部门产出
	Fields           *Table[field.Schema]             // custom fields, every version, the last in force 自定义字段
	Touchpoints      *Table[timeline.Touchpoint]      // where we meet customers 接触点
	Purposes         *Table[privacy.Purpose]          // what personal data are used for 处理目的
	Regions          *Table[party.Region]             // administrative divisions 行政区划
	Forms            *Table[lead.Form]                // by which leads come in, every version 线索表单
	CarePlans        *Table[care.Plan]                // what calls for care, of whom and when 关怀计划
	Scorecards       *Table[score.Scorecard]          // what leads are scored by, every version, the last in force 评分卡
	Templates        *Table[approval.Template]        // flows of approval, every version, the last in force 审批流程模板
	Authority        *Table[approval.GuideDefinition] // who may approve what up to which amount; one row 权限指引
	Delegations      *Table[approval.Delegation]      // who decides in whose place, and when 授权委托
}

func newRegistries(c *core) *Registries {
	return &Registries{
		Groups: &Table[group.Group]{c, "groups", func(rows []group.Group) error {
			_, err := group.NewTree(rows)
			return err
		}},
		Responsibilities: &Table[group.Responsibility]{c, "responsibilities", func(rows []group.Responsibility) error {
			_, err := group.NewTable(rows)
			return err
		}},
		Outputs:     &Table[group.Output]{c, "outputs", func(rows []group.Output) error { return checkRows("outputs", rows, group.Output.Validate) }},
		Fields:      fields(c),
		Touchpoints: touchpoints(c),
		Purposes:    purposes(c),
		Regions: &Table[party.Region]{c, "regions", func(rows []party.Region) error {
			_, err := party.NewRegions(rows)
			return err
		}},
		Forms:       forms(c),
		CarePlans:   carePlans(c),
		Scorecards:  scorecards(c),
		Templates:   &Table[approval.Template]{c, "templates", checkTemplates},
		Authority:   &Table[approval.GuideDefinition]{c, "authority", checkAuthority},
		Delegations: &Table[approval.Delegation]{c, "delegations", checkDelegations},
	}
}

func fields(c *core) *Table[field.Schema] {
	return &Table[field.Schema]{c, "fields", func(rows []field.Schema) (err error) {
		for i := range rows {
			if rows[i].Version != i+1 {
				err = errors.Join(err, &Error{Field: "fields", Reason: "version " + strconv.Itoa(i+1) + " is out of place", Err: ErrInvalid})
			}
		}
		return errors.Join(err, checkRows("fields", rows, field.Schema.Validate))
	}}
}

func touchpoints(c *core) *Table[timeline.Touchpoint] {
	return &Table[timeline.Touchpoint]{c, "touchpoints", func(rows []timeline.Touchpoint) error {
		_, err := timeline.NewRegistry(rows, timeline.RegistryOptions{})
		return err
	}}
}

func forms(c *core) *Table[lead.Form] {
	return &Table[lead.Form]{c, "forms", func(rows []lead.Form) error {
		return cmp.Or(checkRows("forms", rows, lead.Form.Validate), lead.CheckForms(rows))
	}}
}

func carePlans(c *core) *Table[care.Plan] {
	return &Table[care.Plan]{c, "care-plans", func(rows []care.Plan) error {
		return cmp.Or(checkRows("care-plans", rows, care.Plan.Validate), care.CheckPlans(rows))
	}}
}

func scorecards(c *core) *Table[score.Scorecard] {
	return &Table[score.Scorecard]{c, "scorecards", score.CheckScorecards}
}

func purposes(c *core) *Table[privacy.Purpose] {
	return &Table[privacy.Purpose]{c, "purposes", func(rows []privacy.Purpose) error {
		_, err := privacy.NewRegistry(rows)
		return err
	}}
}

// checkTemplates wants the versions of each template from 1 on, in their order.
func checkTemplates(rows []approval.Template) (err error) {
	last := map[string]int{}
	for i := range rows {
		t := &rows[i]
		if last[t.ID]++; t.Version != last[t.ID] {
			err = errors.Join(err, &Error{Field: "templates", Reason: "version " + strconv.Itoa(last[t.ID]) + " is out of place", Err: ErrInvalid})
		}
	}
	return errors.Join(err, checkRows("templates", rows, func(t approval.Template) error { return t.Validate() }))
}

func checkAuthority(rows []approval.GuideDefinition) error {
	if len(rows) > 1 {
		return &Error{Field: "authority", Reason: "has more than one row", Err: ErrInvalid}
	}
	for i := range rows {
		if _, err := approval.NewGuide(rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkDelegations(rows []approval.Delegation) error {
	return checkRows("delegations", rows, approval.Delegation.Validate)
}

// checkRows reports what is wrong with each row by itself, and in which it is: from 0, as
// in forms[2].
func checkRows[T any](table string, rows []T, check func(T) error) (err error) {
	for i, row := range rows {
		err = errors.Join(err, fault.Each(check(row), func(problem error) error {
			return &Error{Field: fault.Place(table, i), Err: problem}
		}))
	}
	return err
}
