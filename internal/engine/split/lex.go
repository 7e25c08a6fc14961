package split

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// kind says what a token is.
type kind int

const (
	word     kind = iota
	mark          // , . ; : ? / ( ) +
	amount        // an amount of money, or a number with decimals
	number        // a small whole number, which may count people as well as dollars
	percent       // 18%
	ratio         // 60/40, 2:1:1
	somebody      // a person
)

// token is one piece of a sentence.
type token struct {
	kind    kind
	text    string // a word in lower case without accents, in English where it is a word of the trade; else the mark
	index   int    // of amounts, numbers, percents, ratios or people
	raw     string // of a word, as it was written
	capital bool
	owner   bool // 's was taken off
	first   bool // begins a sentence
}

// sentence is a message taken apart.
type sentence struct {
	tokens   []token
	amounts  []money.Money // of amounts, and of numbers at the same index
	counts   []int64       // of numbers, 0 for amounts
	percents []int64       // basis points
	ratios   [][]int64
	doubts   []string // pieces of text that look like amounts and can be read in two ways
	people   []Person // in the order they turn up; 0 is the asker
	unknown  []string // names of nobody in the group
	unclear  []string // names of two people in the group
	spanish  bool
}

var (
	mention     = regexp.MustCompile(`(?i)(?:^|\s)@lattice\b[,:]?`)
	percentage  = regexp.MustCompile(`(?i)^(\d{1,4})(?:[.,](\d{1,2}))?[ \x{a0}]?(?:%|percent\b|per cent\b|pct\b|por ?ciento\b)`)
	proportions = regexp.MustCompile(`^\d{1,3}(?:(?: ?/ ?\d{1,3})+|(?: ?: ?\d{1,3})+)\b`)
	plainNumber = regexp.MustCompile(`^\d{1,2}\b`)
	letters     = regexp.MustCompile(`^[\pL\p{Mn}]+(?:['’][\pL]+)?`)
)

// lex takes a text apart. What money.Find reads as an amount is one, but for small whole numbers without a currency.
func lex(text, currency string) sentence {
	text = mention.ReplaceAllString(text, " ")
	s := sentence{spanish: inSpanish(text)}
	found, doubts := money.Find(text, currency)
	for at := 0; at < len(text); {
		rest := text[at:]
		if end := s.percentOrRatio(rest); end > 0 {
			at += end
			continue
		}
		if len(found) > 0 && found[0].Start <= at {
			if found[0].Start == at {
				s.number(text[at:found[0].End], found[0])
				at = found[0].End
			}
			found = found[1:]
			continue
		}
		if len(doubts) > 0 && doubts[0].Start <= at {
			if doubts[0].Start == at {
				s.doubts = append(s.doubts, text[at:doubts[0].End])
				at = doubts[0].End
			}
			doubts = doubts[1:]
			continue
		}
		if digits := plainNumber.FindString(rest); digits != "" && !boundBefore(text, at) {
			count, _ := strconv.ParseInt(digits, 10, 64)
			s.plain(count)
			at += len(digits)
			continue
		}
		if letters := letters.FindString(rest); letters != "" {
			s.word(letters)
			at += len(letters)
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		s.mark(r)
		at += size
	}
	s.begin()
	return s
}

func boundBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return at > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.')
}

func (s *sentence) percentOrRatio(rest string) int {
	if m := percentage.FindStringSubmatch(rest); m != nil {
		whole, err := strconv.ParseInt(m[1], 10, 64)
		decimals, errDecimals := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
		if err == nil && errDecimals == nil {
			s.tokens = append(s.tokens, token{kind: percent, index: len(s.percents)})
			s.percents = append(s.percents, whole*100+decimals)
			return len(m[0])
		}
	}
	m := proportions.FindString(rest)
	if m == "" || strings.Contains(m, " ") && !strings.Contains(m, " / ") && !strings.Contains(m, " : ") {
		return 0
	}
	parts := strings.FieldsFunc(m, func(r rune) bool { return r < '0' || r > '9' })
	// "41 / 3" divides by three; a proportion of two without a space is written 60/40.
	if len(parts) == 2 && strings.Contains(m, " ") {
		return 0
	}
	values := make([]int64, len(parts))
	for i, part := range parts {
		values[i], _ = strconv.ParseInt(part, 10, 64)
	}
	s.tokens = append(s.tokens, token{kind: ratio, index: len(s.ratios)})
	s.ratios = append(s.ratios, values)
	return len(m)
}

// number adds an amount, or a number where it may count something.
func (s *sentence) number(text string, typed money.Typed) {
	t := token{kind: amount, index: len(s.amounts)}
	count := int64(0)
	if typed.Bare && plainNumber.FindString(text) == text {
		count, _ = strconv.ParseInt(text, 10, 64)
		t.kind = number
	}
	s.tokens = append(s.tokens, t)
	s.amounts, s.counts = append(s.amounts, typed.Money), append(s.counts, count)
}

// plain adds a number that is no amount by itself: 3 in "3-way", and numbers written out.
func (s *sentence) plain(count int64) {
	s.tokens = append(s.tokens, token{kind: number, index: len(s.amounts)})
	s.amounts, s.counts = append(s.amounts, money.Money{}), append(s.counts, count)
}

func (s *sentence) word(text string) {
	first, _ := utf8.DecodeRuneInString(text)
	t := token{kind: word, capital: unicode.IsUpper(first)}
	lower := strings.ReplaceAll(strings.ToLower(text), "’", "'")
	if before, ok := strings.CutSuffix(lower, "'s"); ok && !contracted[before] {
		t.owner = true
		lower, text = before, text[:len(before)]
	}
	t.raw = text
	if expanded, ok := expansions[lower]; ok {
		for i, part := range strings.Fields(expanded) {
			s.tokens = append(s.tokens, token{kind: word, text: part, capital: t.capital && i == 0})
		}
		return
	}
	t.text = spending.Fold(lower)
	if s.spanish {
		t.text = cmp.Or(spanish[lower], spanish[t.text], t.text)
	}
	if count, ok := numberWords[t.text]; ok {
		s.plain(count)
		return
	}
	for i, part := range strings.Fields(t.text) { // a translation may have several words
		t.text, t.capital = part, t.capital && i == 0
		s.tokens = append(s.tokens, t)
	}
}

func (s *sentence) mark(r rune) {
	text := ""
	if n := len(s.tokens); r == '/' && n > 0 && s.tokens[n-1].is("with") { // w/
		return
	}
	switch r {
	case ',', ';', ':', '.', '/', '(', ')', '?', '÷', '+', '=':
		text = string(r)
	case '!', '\n', '—', '–':
		text = "."
	case '&':
		s.tokens = append(s.tokens, token{kind: word, text: "and"})
		return
	default:
		return
	}
	s.tokens = append(s.tokens, token{kind: mark, text: text})
}

// begin marks the words that begin a sentence: their capitals say nothing.
func (s *sentence) begin() {
	first := true
	for i := range s.tokens {
		t := &s.tokens[i]
		t.first = first
		first = t.kind == mark && strings.Contains(".?:;", t.text)
	}
}

// contracted are words whose 's is a verb: it's, that's, who's.
var contracted = map[string]bool{
	"it": true, "that": true, "who": true, "what": true, "there": true, "here": true, "let": true, "how": true, "where": true,
	"he": true, "she": true, "everyone": true, "everybody": true,
}

// expansions are short forms and forms of the first person, by what they stand for.
var expansions = map[string]string{
	"i'm": "i am", "im": "i am", "i've": "i have", "i'll": "i will", "i'd": "i would", "we're": "we are", "we've": "we have",
	"we'll": "we will", "they're": "they are", "it's": "it is", "that's": "that is", "there's": "there is", "theres": "there is",
	"let's": "let us", "lets": "let us", "who's": "who is", "what's": "what is", "he's": "he is", "she's": "she is",
	"he'd": "he would", "she'd": "she would", "he'll": "he will", "she'll": "she will", "you're": "you are", "how's": "how is",
	"mine": "i s", "everyone's": "everyone s", "everybody's": "everyone s",
	"didn't": "did not", "didnt": "did not", "don't": "do not", "dont": "do not", "doesn't": "does not", "doesnt": "does not",
	"wasn't": "was not", "wasnt": "was not", "isn't": "is not", "isnt": "is not", "weren't": "were not", "couldn't": "could not",
	"can't": "can not", "cant": "can not", "won't": "will not", "wont": "will not", "hasn't": "has not", "hasnt": "has not",
	"haven't": "have not", "shouldn't": "should not", "shouldnt": "should not", "aren't": "are not", "arent": "are not",
	"n": "and", "w": "with", "everybody": "everyone", "evryone": "everyone", "ppl": "people", "teh": "the", "splt": "split", "spit": "split",
	"splitt": "split", "betwen": "between", "amongst": "among", "venmo'd": "sent", "venmoed": "sent", "myself": "me", "cannot": "can not",
	// Spanish first persons carry their subject.
	"pagué": "i paid", "pague": "i paid", "puse": "i put", "pedí": "i ordered", "pedi": "i ordered", "compré": "i bought",
	"compre": "i bought", "gasté": "i spent", "gaste": "i spent", "debo": "i owe", "somos": "we are", "soy": "i am",
	"conmigo": "with me", "comí": "i had", "tomé": "i had", "pongo": "i pay", "invité": "i paid", "adelanté": "i paid",
	"repartimos": "we split", "dividimos": "we split", "pagamos": "we paid", "éramos": "we are", "eramos": "we are",
	"mía": "i s", "mío": "i s", "míos": "i s", "mías": "i s",
}

var numberWords = map[string]int64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}

// spanish puts the Spanish of bills into the English the patterns are written in. Keys with accents are tried first.
var spanish = func() map[string]string {
	table := map[string]string{
		"dos": "two", "tres": "three", "cuatro": "four", "cinco": "five", "seis": "six", "siete": "seven", "ocho": "eight",
		"nueve": "nine", "diez": "ten", "once": "eleven", "doce": "twelve", "del": "of the", "al": "to the",
	}
	for english, words := range map[string]string{
		"split": "divide dividir divida dividan divides dividimos reparte repartir reparta repartan repartirlo dividirlo partir parta partan " +
			"divídelo dividelo repártelo repartelo",
		"between": "entre", "with": "con", "and": "y e", "or": "u o", "i": "yo", "me": "mí", "my": "mi mis", "except": "menos excepto salvo",
		"without": "sin", "paid": "pagó cubrió puso", "pays": "paga pone", "pay": "pago pagar paguen pagan ponen pagamos poner",
		"owes": "debe", "owe": "deben debemos", "bought": "compró", "spent": "gastó", "had": "comió tomó tuvo bebió", "ordered": "pidió pidio",
		"everyone": "todos todas", "tip": "propina propinas", "tax": "iva impuesto impuestos", "the": "el la los las lo", "a": "un una uno unos unas",
		"of": "de", "for": "para por", "in": "en", "is": "es son está", "was": "fue fueron era", "each": "cada", "equal": "iguales igual",
		"share": "parte", "shares": "partes", "people": "personas amigos amigas gente", "total": "totales", "bill": "cuenta recibo ticket factura",
		"dinner": "cena", "who": "quién quien quiénes quienes", "how": "cómo como", "much": "cuánto cuanto cuánta", "we": "nosotros nosotras",
		"all": "toda", "not": "no", "came": "vino", "only": "solo sólo solamente", "double": "doble", "half": "mitad medio media",
		"halves": "medias", "rest": "resto demás demas restante", "leave": "deja dejar dejen", "out": "fuera", "add": "añade agrega suma",
		"already": "ya", "more": "más mas", "but": "pero", "order": "pedido orden", "settle": "saldar saldemos saldamos liquidar",
		"balances": "saldos balance", "to": "a", "gave": "dio", "sent": "transfirió envió mandó", "if": "si", "percent": "porciento",
		"last": "último última ultimo ultima", "than": "que", "as": "tanto", "discount": "descuento", "also": "también tambien",
		"this": "este esta", "that": "ese esa eso", "remove": "quita saca", "times": "veces", "our": "nuestra nuestro nuestras nuestros", "refund": "reembolso devolución devolucion",
		"refunded": "devolvieron reembolsaron",
	} {
		for spanish := range strings.FieldsSeq(words) {
			table[spanish] = english
		}
	}
	return table
}()

// notEnglish are words that show that a text is in Spanish.
var notEnglish = set("entre con y yo menos sin debe deben debo cada todos todas propina el los las la de del un una para por cuánto cuanto cuenta " +
	"quién quien paga pagó pagué reparte repartir repartan dividan divida somos resto medias partes demás demas doble euros dólares dolares " +
	"mitad cómo como pedido ya deja fuera que cena personas amigos pone le les me también tambien entra entran")

// inSpanish reports whether a text is to be translated: two words of it, or one of very few, are not English.
func inSpanish(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	seen, few := map[string]bool{}, 4
	for _, word := range words {
		if notEnglish[word] && word != "me" {
			seen[word] = true
		}
	}
	return len(seen) > 1 || len(seen) == 1 && len(words) <= few
}

func set(words string) map[string]bool {
	result := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		result[word] = true
	}
	return result
}
