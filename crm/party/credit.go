package party

import (
	"strings"
)

// creditAlphabet is the 31 characters of GB 32100-2015 by their value; I, O, S, V and Z
// are not among them.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// Weights of the check characters: of the organisation code in characters 9 to 17 (GB
// 11714-1997), and of the whole, 3^i mod 31 (GB 32100-2015, annex A).
var (
	organisationWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	creditWeights       = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
)

// parseCreditCode reads a unified social credit code. Every character that cannot be
// right is a fault with its position; check characters are only judged where all
// characters can be.
func parseCreditCode(raw string) (string, faults) {
	var f faults
	code := strings.ReplaceAll(strings.ToUpper(fold(raw)), " ", "")
	wrong := func(position int, reason string) {
		f = append(f, &Error{Field: CreditCode.String(), Position: position, Reason: reason, Err: ErrInvalid})
	}
	position := 0
	for _, r := range code {
		position++
		switch {
		case position > 18:
		case r == 'O':
			wrong(position, "the letter O is never used, the digit 0 may be meant")
		case r == 'I':
			wrong(position, "the letter I is never used, the digit 1 may be meant")
		case !strings.ContainsRune(creditAlphabet, r):
			wrong(position, "is a character that is never used")
		case 3 <= position && position <= 8 && r > '9':
			wrong(position, "is a digit, of the registering authority's region")
		}
	}
	if position != 18 {
		f.add(CreditCode.String(), "does not have 18 characters", ErrInvalid)
	}
	if len(f) > 0 {
		return "", f
	}
	if want := organisationCheck(code[8:16]); code[16] != want {
		wrong(17, "the check character of the organisation code would be "+string(want))
	}
	if want := creditCheck(code[:17]); code[17] != want {
		wrong(18, "the check character would be "+string(want))
	}
	return code, f
}

// organisationCheck is 11 - sum mod 11, written X for 10 and 0 for 11. Letters count
// from A = 10 on, by their place in the whole alphabet.
func organisationCheck(body string) byte {
	sum := 0
	for i := range len(body) {
		value := int(body[i] - '0')
		if body[i] >= 'A' {
			value = int(body[i]-'A') + 10
		}
		sum += organisationWeights[i] * value
	}
	return "0X987654321"[sum%11]
}

// creditCheck is (31 - sum mod 31) mod 31 in the alphabet of the code.
func creditCheck(body string) byte {
	sum := 0
	for i := range len(body) {
		sum += creditWeights[i] * strings.IndexByte(creditAlphabet, body[i])
	}
	return creditAlphabet[(31-sum%31)%31]
}
