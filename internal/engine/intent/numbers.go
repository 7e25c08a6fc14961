package intent

import (
	"strconv"
	"strings"
)

// moneyWords stand behind a number of words that is a sum: "six bucks", "fifty seven quid", "cien dólares".
var moneyWords = map[string]bool{
	"dollar": true, "dollars": true, "buck": true, "bucks": true, "euro": true, "euros": true, "pound": true, "pounds": true,
	"quid": true, "yen": true, "pesos": true, "dolar": true, "dolares": true, "libras": true, "grand": true,
}

// withDigits writes sums that stand in words in digits, "six bucks" as "6 bucks".
func withDigits(text string) string {
	tokens := cut(text)
	var written strings.Builder
	done := 0
	for i := 0; i < len(tokens); i++ {
		value, end := wordsAt(tokens, i)
		if end == i || end >= len(tokens) || !moneyWords[tokens[end].text] {
			i = max(i, end-1)
			continue
		}
		written.WriteString(text[done:tokens[i].start])
		written.WriteString(strconv.Itoa(value))
		done = tokens[end-1].end
		if tokens[end].text == "grand" {
			written.WriteString("000")
			done = tokens[end].end
			written.WriteString(" dollars")
		}
		i = end
	}
	if done == 0 {
		return text
	}
	written.WriteString(text[done:])
	return written.String()
}

// wordsAt reads a number in words that begins at a token: "fifty seven", "a hundred and ten", "two thousand". end is
// where it stops, at itself when there is none.
func wordsAt(tokens []token, at int) (value, end int) {
	total, part := 0, 0
	end = at
	for ; end < len(tokens); end++ {
		word := tokens[end].text
		switch number, known := data.numbers[word]; {
		case known:
			part += number
		case (word == "a" || word == "un") && end == at:
			part = 1
		case (word == "hundred" || word == "cien" || word == "cientos") && end > at || word == "cien":
			part = max(part, 1) * 100
		case (word == "thousand" || word == "mil") && end > at:
			total += max(part, 1) * 1000
			part = 0
		case (word == "and" || word == "y" || word == "-") && end > at && end+1 < len(tokens) && data.numbers[tokens[end+1].text] > 0:
		default:
			return total + part, end
		}
		if total+part > maxCount*100 {
			return 0, at
		}
	}
	return total + part, end
}
