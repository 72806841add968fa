package crm

import (
	"context"
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

// The spaces of the claims that the services make.
const (
	SpaceIdentifier = "identifier" // exclusive identifiers of customers, by [party.Identifier.ClaimKey]
	SpaceField      = "field"      // values of unique custom fields, by [field.Checker.Claims]
	SpaceForgotten  = "forgotten"  // keyed hashes of the identifiers of forgotten people
)

// profile holds a profile against what it replaces: its custom values against the
// schema in force, which also says which of them are personal, and its identifiers
// against those of people who were forgotten. It returns the profile to put, and the
// releases and claims that go with it.
func (s *Customers) profile(ctx context.Context, holder Subject, before, after party.Profile, readmit bool) (party.Profile, []Write, error) {
	if !after.Custom.Equal(before.Custom) { // of an older version it is ErrConflict: see MigrateFields
		checker, err := s.checker(ctx, 0)
		if err != nil {
			return after, nil, err
		}
		if after.Custom, err = checker.Record(before.Custom, after.Custom.Values); err != nil {
			return after, nil, err
		}
	}
	if err := after.Validate(); err != nil {
		return after, nil, err
	}
	had, has := before.ClaimKeys(), after.ClaimKeys()
	for _, key := range has {
		if slices.Contains(had, key) || readmit {
			continue
		}
		if err := s.refuseForgotten(ctx, holder, key); err != nil {
			return after, nil, err
		}
	}
	fieldsHad, err := s.fieldClaims(ctx, before.Custom)
	if err != nil {
		return after, nil, err
	}
	fieldsHas, err := s.fieldClaims(ctx, after.Custom)
	return after, append(claimWrites(SpaceIdentifier, had, has), claimWrites(SpaceField, fieldsHad, fieldsHas)...), err
}

// claimWrites returns the releases and claims that lead from some keys to others.
func claimWrites(space string, had, has []string) (writes []Write) {
	for _, key := range had {
		if !slices.Contains(has, key) {
			writes = append(writes, Release{space, key})
		}
	}
	for _, key := range has {
		if !slices.Contains(had, key) {
			writes = append(writes, Claim{space, key})
		}
	}
	return writes
}

func (s *Customers) refuseForgotten(ctx context.Context, holder Subject, key string) error {
	if len(s.core.opts.ErasureKey) == 0 {
		return nil
	}
	tombstone, err := privacy.Tombstone(s.core.opts.ErasureKey, key)
	if err != nil {
		return err
	}
	forgotten, err := s.core.store.Holder(ctx, SpaceForgotten, tombstone)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return &Error{Subject: holder, Field: "identifiers", Holder: forgotten, Err: ErrForgotten}
}

// fieldClaims returns the claims of the unique values of a record.
func (s *Customers) fieldClaims(ctx context.Context, r field.Record) ([]string, error) {
	if len(r.Values) == 0 {
		return nil, nil
	}
	checker, err := s.checker(ctx, r.Version)
	if err != nil {
		return nil, err
	}
	return checker.Claims(r.Values), nil
}

// checker returns that of a version of the schema; 0 is the one in force.
func (s *Customers) checker(ctx context.Context, version int) (*field.Checker, error) {
	schemas, _, err := fields(s.core).Get(ctx)
	if err != nil {
		return nil, err
	}
	if version == 0 {
		version = len(schemas)
	}
	if version < 1 || version > len(schemas) {
		return nil, &Error{Subject: Subject{KindRegistry, "fields"}, Field: "custom", Reason: "values need a schema", Err: ErrIncomplete}
	}
	return schemas[version-1].Compile()
}
