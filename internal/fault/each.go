package fault

// Each returns what is wrong with one part of a whole, each problem of it as named says
// it: those that were joined one by one, any other as it is. It is nil where nothing is
// wrong.
func Each(err error, named func(error) error) error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return named(err)
	}
	var all []error
	for _, problem := range joined.Unwrap() {
		all = append(all, Each(problem, named))
	}
	return Join(all)
}
