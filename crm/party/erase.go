package party

import "slices"

// Strings returns the strings by which a search finds the person: name, aliases, the
// values of identifiers (telephone numbers in their normal form and as they are
// dialled), lines of addresses, and the texts of personal custom fields; in this
// order, each once. After an erasure none of them is anywhere.
//
// What [Profile.Erased] takes away besides is not listed, because others rightfully
// have the same: extensions, postcodes, tags, and personal numbers, dates and options.
func (p Profile) Strings() []string {
	list := append([]string{p.Name}, p.Aliases...)
	for _, i := range p.Identifiers {
		list = append(list, i.Value, i.National())
	}
	for _, a := range p.Addresses {
		list = append(list, a.Lines...)
	}
	list = append(list, p.Custom.Strings()...)

	var once []string
	for _, s := range list {
		if s != "" && !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}

// Erased returns what stays of p when the person is forgotten (删除个人信息, 个人信息保护法
// 第四十七条), so that every count is as before: type, kind, memberships, flags, roles,
// source, region, parent, position, dealer, and of the custom values what
// [field.Record.Erased] keeps. The token takes the place of the name; it must be
// random and not derived from anything personal.
func (p Profile) Erased(token string) Profile {
	erased := p.Clone()
	erased.Name, erased.Aliases, erased.Identifiers, erased.Addresses, erased.Tags = token, nil, nil, nil, nil
	erased.Custom = p.Custom.Erased()
	return erased
}
