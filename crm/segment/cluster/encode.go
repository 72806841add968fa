package cluster

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// modelVersion is written into every saved model.
const modelVersion = 1

type modelJSON struct {
	Version  int       `json:"version"`
	Scaling  Scaling   `json:"scaling"`
	Features []Feature `json:"features"`
	Clusters []Cluster `json:"clusters"`
}

// MarshalJSON writes the model with the version of its format. Numbers are
// written in the shortest form that reads back as the same bits, so a loaded
// model assigns exactly as the saved one. A model that Validate refuses is not
// written.
func (m Model) MarshalJSON() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(modelJSON{modelVersion, m.Scaling, m.Features, m.Clusters})
}

// UnmarshalJSON reads what MarshalJSON writes. Text of another version, or that
// holds no valid model, is ErrVersion, and m is left as it was.
func (m *Model) UnmarshalJSON(text []byte) error {
	var in modelJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("cluster: model: %w: %w", err, ErrVersion)
	}
	if in.Version != modelVersion {
		return fmt.Errorf("cluster: model of version %d, this is version %d: %w", in.Version, modelVersion, ErrVersion)
	}
	loaded := Model{in.Scaling, in.Features, in.Clusters}
	if err := loaded.Validate(); err != nil {
		return fmt.Errorf("cluster: model: %w: %w", err, ErrVersion)
	}
	*m = loaded
	return nil
}

// Validate reports what is wrong with a model, joined: features without a name of
// their own, a scale that is negative or not finite, no clusters, centers of
// another length than the features, sizes below 1. All are ErrInvalid.
func (m *Model) Validate() error {
	var problems []error
	names := make([]string, len(m.Features))
	for j, f := range m.Features {
		names[j] = f.Name
		if !(math.Abs(f.Location) <= maxMagnitude) || !(f.Scale == 0 || f.Scale >= minScale && f.Scale <= 2*maxMagnitude) {
			problems = append(problems,
				invalid(fmt.Sprintf("Features[%d]", j), "location %v and scale %v are no scale", f.Location, f.Scale))
		}
	}
	problems = append(problems, nameProblems(names)...)
	if !scalings.Valid(m.Scaling) {
		problems = append(problems, invalid("Scaling", "unknown value %d", uint8(m.Scaling)))
	}
	if len(m.Clusters) == 0 {
		problems = append(problems, invalid("Clusters", "no clusters"))
	}
	for i, c := range m.Clusters {
		if fault := c.fault(len(m.Features)); fault != "" {
			problems = append(problems, invalid(fmt.Sprintf("Clusters[%d]", i), "%s", fault))
		}
	}
	return fault.Join(problems)
}

// fault says what is wrong with a cluster in a model of dims features, or nothing.
func (c Cluster) fault(dims int) string {
	switch {
	case len(c.Center) != dims || len(c.Standardised) != dims:
		return fmt.Sprintf("center of %d and %d values for %d features", len(c.Center), len(c.Standardised), dims)
	case c.Size < 1:
		return fmt.Sprintf("size %d", c.Size)
	case !(c.Inertia >= 0) || math.IsInf(c.Inertia, 0):
		return fmt.Sprintf("inertia %v", c.Inertia)
	}
	for j := range c.Center {
		if !(math.Abs(c.Center[j]) <= maxMagnitude) || !(math.Abs(c.Standardised[j]) <= maxMagnitude) {
			return fmt.Sprintf("center value %v, standardised %v", c.Center[j], c.Standardised[j])
		}
	}
	return ""
}
