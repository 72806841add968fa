package ticket

import "encoding/hex"

// ReadHex reads a seed, a hash or a ticket from its text: two lower-case hexadecimal
// digits for each byte and nothing else, so that no value has two texts. It reports
// whether the text is one; otherwise the value stays what it was.
func ReadHex(value, text []byte) bool {
	if len(text) != hex.EncodedLen(len(value)) {
		return false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	_, err := hex.Decode(value, text)
	return err == nil
}
