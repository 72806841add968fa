package field

// A conversion takes the values of one old field to its new one.
type conversion struct {
	to     Field
	mapped map[string]Value            // by the text of the old value; from multi to multi by one option
	split  map[string]map[string]Value // by the option divided, then by the option of the deciding field
	by     map[string]string           // code of the deciding field, by the option divided
}

// apply converts v, which may leave no value, and says why not where it cannot.
func (c conversion) apply(v Value, record Values) (Value, string) {
	if v.kind != TypeMulti || c.to.Type != TypeMulti {
		return c.single(v, record)
	}
	var codes []string
	for _, code := range splitCodes(v.text) {
		one, reason := c.single(Multi(code), record)
		if reason != "" {
			return Value{}, reason
		}
		codes = append(codes, splitCodes(one.text)...)
	}
	return Multi(codes...), ""
}

// single converts a value that is no set, or a set of one.
func (c conversion) single(v Value, record Values) (Value, string) {
	text := v.String()
	if cases, ok := c.split[text]; ok && v.kind.choice() {
		decides, _ := record[c.by[text]].Enum()
		to, ok := cases[decides]
		if !ok {
			return Value{}, "has an option to be split, and the field that decides does not say into which"
		}
		return to, ""
	}
	if to, ok := c.mapped[text]; ok {
		return to, ""
	}
	if to, ok := convert(v, c.to.Type); ok {
		return to, ""
	}
	return Value{}, "has a value that is no " + c.to.Type.String() + " and is not in the map"
}

// convert is the table of [Convert] without a map.
func convert(v Value, to Type) (Value, bool) {
	switch {
	case v.kind == to:
		return v, true
	case v.empty() && to != TypeText:
		return Value{}, v.kind == TypeText || to.choice()
	case to == TypeText:
		out := Text(v.String())
		return out, out.Valid()
	case v.kind == TypeText, v.kind == TypeInt && to == TypeDecimal, v.kind == TypeEnum && to == TypeMulti:
		out, err := Parse(to, v.String())
		return out, err == nil
	case v.kind == TypeDecimal && to == TypeInt:
		out, err := Parse(to, v.String())
		return out, err == nil
	case v.kind == TypeMulti && to == TypeEnum:
		return Enum(v.text), Enum(v.text).Valid()
	}
	return Value{}, false
}

// convertible reports whether the table has a line for the two types.
func convertible(from, to Type) bool {
	switch {
	case from == to, from == TypeText, to == TypeText:
		return true
	case from == TypeInt || from == TypeDecimal:
		return to == TypeInt || to == TypeDecimal
	}
	return from.choice() && to.choice()
}

// parseTarget reads what a map says that a value becomes.
func parseTarget(to Field, texts []string) (Value, bool) {
	v := Multi(texts...)
	if to.Type != TypeMulti {
		if len(texts) != 1 {
			return Value{}, false
		}
		v, _ = Parse(to.Type, texts[0])
	}
	known := func(code string) bool { _, ok := to.option(code); return ok }
	return v, v.Valid() && (!to.Type.choice() || all(splitCodes(v.text), known))
}
