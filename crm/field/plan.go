package field

import "slices"

// Plan makes the migration from one version of a schema to the next. It compares
// the two and wants a step for everything that would lose or invent values:
//
//   - a field that is gone: [Rename] or [Drop]
//   - a field of another type: [Convert]
//   - an option that is gone: [Convert] with a map that has it, or [Split] (an
//     option may instead stay and be retired)
//   - a required field that is new, or was not required: [Default]
//
// Everything else goes over as it is. Bounds, patterns and lengths that have become
// narrower need no step: a value outside them is an error when it is applied.
//
// Every fault is reported, joined. ErrConflict: next.Version is not old.Version + 1.
// ErrIncomplete: a step is missing. ErrDuplicate: two steps of one kind for one
// field or option, or two fields on one code. ErrInvalid: a schema that is not
// valid, or a step that does not fit: a field that does not exist, a rename and a
// drop of one field, a map with a text that is no value of the old field or of the
// new one, a pair of types without a line in the table of Convert and without a map.
func Plan(old, next Schema, steps ...Step) (Migration, error) {
	checker, err := next.Compile()
	if err != nil {
		return Migration{}, err
	}
	if err := old.Validate(); err != nil {
		return Migration{}, err
	}
	p := planner{old: old, next: next, stage: stage{from: old.Version, checker: checker,
		types: map[string]Type{}, target: map[string]string{}, convert: map[string]conversion{}, defaults: map[string]Value{}}}
	if old.Version+1 != next.Version {
		p.faults.add("", "version", "of the new schema is not the old plus 1", ErrConflict)
	}
	p.readSteps(steps)
	for _, d := range old.Fields {
		p.stage.types[d.Code] = d.Type
		p.place(d)
	}
	for _, d := range next.Fields {
		p.admit(d)
	}
	if err := p.faults.join(); err != nil {
		return Migration{}, err
	}
	return Migration{stages: []stage{p.stage}}, nil
}

type planner struct {
	old, next Schema
	stage     stage
	faults    faults

	renames, drops, converts, defaults map[string]Step
	splits                             map[string][]Step
}

// readSteps sorts the steps by what they do and refuses those that fit nothing.
func (p *planner) readSteps(steps []Step) {
	p.renames, p.drops, p.converts, p.defaults = map[string]Step{}, map[string]Step{}, map[string]Step{}, map[string]Step{}
	p.splits = map[string][]Step{}
	for _, s := range steps {
		of, schema := map[Op]map[string]Step{OpRename: p.renames, OpDrop: p.drops, OpConvert: p.converts, OpDefault: p.defaults}[s.Op], p.old
		if s.Op == OpDefault {
			schema = p.next
		}
		if _, ok := schema.Field(s.Field); !ok || !s.Op.Valid() {
			p.faults.add(s.Field, s.Op.String(), "is no step for a field of this schema", ErrInvalid)
			continue
		}
		if s.Op == OpSplit {
			p.splits[s.Field] = append(p.splits[s.Field], s)
			continue
		}
		if _, twice := of[s.Field]; twice {
			p.faults.add(s.Field, s.Op.String(), "is there twice", ErrDuplicate)
		}
		of[s.Field] = s
	}
}

// place finds where the values of an old field go.
func (p *planner) place(d Field) {
	rename, renamed := p.renames[d.Code]
	_, dropped := p.drops[d.Code]
	_, converted := p.converts[d.Code]
	if dropped {
		if renamed || converted || len(p.splits[d.Code]) > 0 {
			p.faults.add(d.Code, "drop", "stands beside another step", ErrInvalid)
		}
		return
	}
	code := d.Code
	if renamed {
		code = rename.To
	}
	to, ok := p.next.Field(code)
	switch {
	case !ok && renamed:
		p.faults.add(d.Code, "rename", "leads to no field of the new schema", ErrInvalid)
	case !ok:
		p.faults.add(d.Code, "", "is gone: it needs a rename or a drop", ErrIncomplete)
	default:
		p.stage.target[d.Code] = code
		p.stage.convert[d.Code] = p.conversion(d, to)
	}
}

// conversion reads the steps of a field whose values go on.
func (p *planner) conversion(from, to Field) conversion {
	step, told := p.converts[from.Code]
	c := conversion{to: to, mapped: map[string]Value{}, split: map[string]map[string]Value{}, by: map[string]string{}}
	if from.Type != to.Type && !told {
		p.faults.add(from.Code, "type", "is another: it needs a convert", ErrIncomplete)
	}
	if !convertible(from.Type, to.Type) && len(step.Map) == 0 {
		p.faults.add(from.Code, "convert", "from "+from.Type.String()+" to "+to.Type.String()+" needs a map", ErrInvalid)
	}
	for _, text := range sortedKeys(step.Map) {
		value, ok := parseTarget(to, step.Map[text])
		if !isSource(from, to, text) || !ok {
			p.faults.add(from.Code, "convert", "has a map with what is no value of the old field or of the new", ErrInvalid)
		}
		c.mapped[text] = value
	}
	for _, s := range p.splits[from.Code] {
		p.split(&c, from, s)
	}
	p.keepOptions(c, from)
	return c
}

func (p *planner) split(c *conversion, from Field, s Step) {
	by, _ := p.old.Field(s.By)
	_, exists := from.option(s.From)
	if !from.Type.choice() || !exists || by.Type != TypeEnum || len(s.Map) == 0 {
		p.faults.add(from.Code, "split", "divides an option by an enum field of the old schema", ErrInvalid)
		return
	}
	_, mapped := c.mapped[s.From]
	if _, twice := c.split[s.From]; twice || mapped {
		p.faults.add(from.Code, "split", "divides an option that another step has", ErrDuplicate)
	}
	cases := map[string]Value{}
	for _, option := range sortedKeys(s.Map) {
		value, ok := parseTarget(c.to, s.Map[option])
		if _, known := by.option(option); !known || !ok {
			p.faults.add(from.Code, "split", "has a map with what is no option of the deciding field or no value of the new", ErrInvalid)
		}
		cases[option] = value
	}
	c.split[s.From], c.by[s.From] = cases, s.By
}

// keepOptions wants a place for every option of an old field whose values stay
// choices.
func (p *planner) keepOptions(c conversion, from Field) {
	if !from.Type.choice() || !c.to.Type.choice() {
		return
	}
	for _, o := range from.Options {
		_, mapped := c.mapped[o.Code]
		_, split := c.split[o.Code]
		if _, stays := c.to.option(o.Code); !stays && !mapped && !split {
			p.faults.add(from.Code, "options", "lose one that needs a convert or a split, or to be retired", ErrIncomplete)
		}
	}
}

// isSource reports whether a text is that of a value of the old field that a map can
// answer for. From multi to multi that is one option, since each is converted alone.
func isSource(from, to Field, text string) bool {
	v, err := Parse(from.Type, text)
	if err != nil || v.String() != text {
		return false
	}
	known := func(code string) bool { _, ok := from.option(code); return ok }
	codes := splitCodes(v.text)
	switch {
	case !from.Type.choice():
		return true
	case to.Type == TypeMulti && len(codes) != 1:
		return false
	}
	return all(codes, known)
}

// admit wants a value for a required field that records may lack, and no two fields
// for one code.
func (p *planner) admit(d Field) {
	var sources []Field
	for _, old := range p.old.Fields {
		if p.stage.target[old.Code] == d.Code {
			sources = append(sources, old)
		}
	}
	if len(sources) > 1 {
		p.faults.add(d.Code, "rename", "brings the values of several fields together", ErrDuplicate)
	}
	step, told := p.defaults[d.Code]
	if told {
		r := p.stage.checker.fields[d.Code]
		if reason := r.reject(step.Value, step.Value); reason != "" || step.Value.empty() {
			p.faults.add(d.Code, "default", "is no value that the field takes", ErrInvalid)
		}
		p.stage.defaults[d.Code] = step.Value
	}
	everywhere := slices.ContainsFunc(sources, func(old Field) bool { return old.Required })
	if d.Required && !everywhere && !told {
		p.faults.add(d.Code, "default", "is missing: records may lack the required value", ErrIncomplete)
	}
}
