package owner

// With returns the holding after one more entry, as [Fold] of the journal and the
// entry does. For a [Corrected] entry, which needs the whole journal, it is
// ErrInvalid; the other errors are those of Fold.
func (h Holding) With(e Entry) (Holding, error) {
	if err := e.Validate(); err != nil {
		return Holding{}, err
	}
	switch {
	case e.Kind == Corrected:
		return Holding{}, refuse(ErrInvalid, "kind", "a correction needs the whole journal")
	case e.Recorded.Before(h.LastRecorded) || e.At.Before(h.LastAt):
		return Holding{}, refuse(ErrConflict, "recorded", "or at is before that of the last entry")
	}
	if reason := h.refuses(&e); reason != "" {
		return Holding{}, refuse(ErrTransition, e.Kind.String(), reason)
	}
	h.apply(&e)
	return h, nil
}
