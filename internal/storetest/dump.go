package storetest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Dump writes a value out so that two have the same text exactly if the contract
// takes them for equal: instants by ==, JSON by value whatever its spaces and the
// order of its members, an empty slice or map as none at all.
func Dump(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	if !v.IsValid() {
		b.WriteString("nil")
		return
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case time.Time:
			writeTime(b, x)
			return
		case json.RawMessage:
			b.WriteString(Canonical(x))
			return
		case encoding.TextMarshaler:
			if text, err := x.MarshalText(); err == nil && (v.Kind() != reflect.Pointer || !v.IsNil()) {
				fmt.Fprintf(b, "%q", text)
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		write(b, v.Elem())
	case reflect.Struct:
		b.WriteString("{")
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() && !(f.Kind() == reflect.Slice && f.Len() == 0) {
				b.WriteString(" " + v.Type().Field(i).Name + ":")
				write(b, f)
			}
		}
		b.WriteString(" }")
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%x", v.Bytes())
			return
		}
		b.WriteString("[")
		for i := range v.Len() {
			b.WriteString(" ")
			write(b, v.Index(i))
		}
		b.WriteString(" ]")
	case reflect.Map:
		writeMap(b, v)
	case reflect.String:
		fmt.Fprintf(b, "%+q", v.String())
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

func writeMap(b *strings.Builder, v reflect.Value) {
	var members []string
	for _, k := range v.MapKeys() {
		var m strings.Builder
		write(&m, k)
		m.WriteString(":")
		write(&m, v.MapIndex(k))
		members = append(members, m.String())
	}
	slices.Sort(members)
	b.WriteString("{" + strings.Join(members, " ") + "}")
}

// writeTime tells instants apart as == does, where they are as the contract wants
// them; any other is written with what is wrong about it.
func writeTime(b *strings.Builder, t time.Time) {
	b.WriteString(t.Format(time.RFC3339Nano))
	switch {
	case t == time.Time{}:
		b.WriteString(" (none)")
	case t != time.UnixMicro(t.UnixMicro()).UTC():
		fmt.Fprintf(b, " (not == to its microsecond in UTC: %#v)", t)
	}
}

// Canonical writes JSON without spaces, members in order and numbers as exact
// ratios; no JSON at all is "".
func Canonical(text json.RawMessage) string {
	if len(text) == 0 {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return fmt.Sprintf("(no JSON: %q)", text)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Sprintf("(more than one JSON value: %q)", text)
	}
	var b strings.Builder
	writeJSON(&b, v)
	return b.String()
}

func writeJSON(b *strings.Builder, v any) {
	switch v := v.(type) {
	case map[string]any:
		var members []string
		for k, x := range v {
			var m strings.Builder
			fmt.Fprintf(&m, "%+q:", k)
			writeJSON(&m, x)
			members = append(members, m.String())
		}
		slices.Sort(members)
		b.WriteString("{" + strings.Join(members, ",") + "}")
	case []any:
		b.WriteString("[")
		for _, x := range v {
			writeJSON(b, x)
			b.WriteString(",")
		}
		b.WriteString("]")
	case json.Number:
		r, ok := new(big.Rat).SetString(v.String())
		if !ok {
			b.WriteString(v.String())
			return
		}
		b.WriteString(r.RatString())
	case string:
		fmt.Fprintf(b, "%+q", v)
	default:
		fmt.Fprint(b, v)
	}
}

// Differ shows where two dumps part.
func Differ(have, want string) string {
	at := 0
	for at < len(have) && at < len(want) && have[at] == want[at] {
		at++
	}
	cut := func(s string) string {
		from, to := max(0, at-60), min(len(s), at+120)
		if from > to {
			from = to
		}
		return "..." + s[from:to]
	}
	return fmt.Sprintf("differs at byte %d:\n  have %s\n  want %s", at, cut(have), cut(want))
}

// Scribble overwrites every slice and map that a value reaches, as a careless
// caller might.
func Scribble(v any) { spoil(reflect.ValueOf(v), false) }

func spoil(v reflect.Value, inside bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			spoil(v.Elem(), inside)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoil(v.Field(i), inside)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), true)
		}
	case reflect.Map:
		if !v.IsNil() && v.CanInterface() {
			v.Clear()
		}
	case reflect.String:
		if inside && v.CanSet() {
			v.SetString("scribbled")
		}
	case reflect.Uint8:
		if inside && v.CanSet() {
			v.SetUint('#')
		}
	case reflect.Int, reflect.Int64, reflect.Int32:
		if inside && v.CanSet() {
			v.SetInt(-1)
		}
	case reflect.Bool:
		if inside && v.CanSet() {
			v.SetBool(!v.Bool())
		}
	}
}
