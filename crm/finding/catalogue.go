package finding

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Text is one sentence in both languages. {name} stands for the parameter of that
// name; {{ and }} stand for the braces themselves.
type Text struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// Catalogue holds the sentence for each code. A package that finds things
// declares one, as a function's result or a variable that nobody writes to, and
// checks it in a test with [Catalogue.Validate].
type Catalogue map[string]Text

// Validate reports everything wrong with c, joined, in the order of the codes;
// each is an [*Error]: a code of another form than the package comment states,
// an empty sentence, a brace without its partner, a placeholder that is no name,
// and a placeholder that one language has and the other has not.
func (c Catalogue) Validate() error {
	var errs []error
	for _, code := range slices.Sorted(maps.Keys(c)) {
		if !validCode(code) {
			errs = append(errs, invalid(code, "code", "", "is not of the form SEG-SILENT"))
		}
		en, enFault := parse(c[code].En)
		zh, zhFault := parse(c[code].Zh)
		if enFault != "" {
			errs = append(errs, invalid(code, "en", "", enFault))
		}
		if zhFault != "" {
			errs = append(errs, invalid(code, "zh", "", zhFault))
		}
		if enFault == "" && zhFault == "" {
			errs = append(errs, lacking(code, "zh", en, zh), lacking(code, "en", zh, en))
		}
	}
	return errors.Join(errs...)
}

// lacking reports the placeholders of has that the sentence in field lacks.
func lacking(code, field string, has, lacks []piece) error {
	var errs []error
	for _, p := range has {
		if p.name != "" && !slices.ContainsFunc(lacks, func(q piece) bool { return q.name == p.name }) {
			errs = append(errs, invalid(code, field, p.name, "only the other language has it"))
		}
	}
	return errors.Join(errs...)
}

// Render returns the sentence for f in a language, its placeholders replaced by
// f's parameters; parameters that the sentence does not mention are left out.
// ErrInvalid: a code that c does not have, an unknown language, a placeholder
// without a parameter, a malformed sentence.
func (c Catalogue) Render(f Finding, lang Language) (string, error) {
	text, ok := c[f.Code]
	if !ok {
		return "", invalid(f.Code, "code", "", "is not in the catalogue")
	}
	if lang > Chinese {
		return "", invalid(f.Code, "language", "", "unknown")
	}
	template := text.En
	if lang == Chinese {
		template = text.Zh
	}
	pieces, fault := parse(template)
	if fault != "" {
		return "", invalid(f.Code, lang.String(), "", fault)
	}
	var b strings.Builder
	for _, piece := range pieces {
		b.WriteString(piece.literal)
		if piece.name == "" {
			continue
		}
		p, ok := f.Param(piece.name)
		if !ok {
			return "", invalid(f.Code, "params", piece.name, "is missing")
		}
		if lang == Chinese && p.Zh != "" {
			p.Value = p.Zh
		}
		b.WriteString(p.Value)
	}
	return b.String(), nil
}

// Sentence returns the sentence of a code with its placeholders replaced by the
// parameters, as [Catalogue.Render] does, and the code as it is where Render has an
// error: what a typed error tells people, who have to be told something.
func (c Catalogue) Sentence(code string, lang Language, params ...Param) string {
	text, err := c.Render(Finding{Code: code, Params: params}, lang)
	if err != nil {
		return code
	}
	return text
}

// piece of a template: a literal text, and the placeholder after it ("" for none).
type piece struct{ literal, name string }

// parse takes a template apart, or says what is wrong with it.
func parse(template string) (pieces []piece, fault string) {
	if strings.TrimSpace(template) == "" {
		return nil, "is empty"
	}
	for {
		i := strings.IndexAny(template, "{}")
		if i < 0 {
			return append(pieces, piece{literal: template}), ""
		}
		brace, rest := template[i:i+1], template[i+1:]
		if after, doubled := strings.CutPrefix(rest, brace); doubled {
			pieces, template = append(pieces, piece{literal: template[:i+1]}), after
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case brace == "}":
			return nil, "has a } without a {"
		case !closed:
			return nil, "has a { without a }"
		case !validName(name):
			return nil, "has a placeholder that is not a name"
		}
		pieces, template = append(pieces, piece{template[:i], name}), after
	}
}
