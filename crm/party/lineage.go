package party

// Lineage returns the ids above a party, the nearest first: a subsidiary's parent, the
// parent's parent, up to the head of the group (集团); by the dealers it serves for
// chains of dealers as well. The function returns the id above another, "" at the top.
// ErrInvalid where the chain comes back to an id that it has passed (Error.ID), the
// party itself included, or leads to what is no id.
func Lineage(id string, above func(id string) string) ([]string, error) {
	var line []string
	seen := map[string]bool{id: true}
	for next := above(id); next != ""; next = above(next) {
		if !validID(next) {
			return nil, invalid("parent", "is no id")
		}
		if seen[next] {
			return nil, &Error{ID: next, Field: "parent", Reason: "leads back to the party itself", Err: ErrInvalid}
		}
		seen[next] = true
		line = append(line, next)
	}
	return line, nil
}
