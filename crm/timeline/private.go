package timeline

import "log/slog"

// Private is all that is personal in an [Activity]. A store keeps it apart and
// clears it when the person is forgotten.
type Private struct {
	Reason   string `json:"reason,omitzero"`
	Text     string `json:"text,omitzero"`
	Name     string `json:"name,omitzero"` // Document.Name
	SHA256   SHA256 `json:"sha256,omitzero"`
	What     string `json:"what,omitzero"`
	Address  string `json:"address,omitzero"`
	Tracking string `json:"tracking,omitzero"`
}

// LogValue shows only whether there is anything.
func (p Private) LogValue() slog.Value { return slog.BoolValue(p != Private{}) }

// Private returns what is personal in a. a.Redacted().With(a.Private()) == a.
func (a Activity) Private() Private {
	return Private{
		Reason: a.Reason, Text: a.Text,
		Name: a.Document.Name, SHA256: a.Document.SHA256,
		What: a.Mailing.What, Address: a.Mailing.Address, Tracking: a.Mailing.Tracking,
	}
}

// With returns a copy of a with p in the place of what is personal.
func (a Activity) With(p Private) Activity {
	a.Reason, a.Text = p.Reason, p.Text
	a.Document.Name, a.Document.SHA256 = p.Name, p.SHA256
	a.Mailing.What, a.Mailing.Address, a.Mailing.Tracking = p.What, p.Address, p.Tracking
	return a
}

// Redacted returns a copy without anything personal: what stays when the person is
// forgotten. Every count, sum and instant of a [Timeline] is the same for it.
func (a Activity) Redacted() Activity { return a.With(Private{}) }
