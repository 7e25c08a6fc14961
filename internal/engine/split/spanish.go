package split

import (
	"strings"
	"unicode"
)

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
		"everyone": "todos todas", "tip": "propina propinas", "tax": "iva impuesto impuestos", "the": "el la los las lo",
		"a":  "un una uno unos unas",
		"of": "de", "for": "para por", "in": "en", "is": "es son está", "was": "fue fueron era", "each": "cada", "equal": "iguales igual",
		"share": "parte", "shares": "partes", "people": "personas amigos amigas gente", "total": "totales",
		"bill":   "cuenta recibo ticket factura",
		"dinner": "cena", "who": "quién quien quiénes quienes", "how": "cómo como", "we": "nosotros nosotras",
		"much": "cuánto cuanto cuánta",
		"all":  "toda", "not": "no", "came": "vino", "only": "solo sólo solamente", "double": "doble", "half": "mitad medio media",
		"halves": "medias", "third": "tercio", "quarter": "cuarto", "fifth": "quinto", "thirds": "tercios",
		"nothing": "nada", "rest": "resto demás demas restante", "leave": "deja dejar dejen", "out": "fuera", "add": "añade agrega suma",
		"already": "ya", "more": "más mas", "but": "pero", "order": "pedido orden", "settle": "saldar saldemos saldamos liquidar",
		"balances": "saldos balance", "to": "a", "gave": "dio",
		"returned": "devolvió devolvio", "sent": "transfirió envió mandó", "if": "si", "percent": "porciento",
		"last": "último última ultimo ultima", "than": "que", "as": "tanto", "discount": "descuento", "also": "también tambien",
		"this": "este esta", "that": "ese esa eso", "remove": "quita saca", "times": "veces", "our": "nuestra nuestro nuestras nuestros",
		"refund":   "reembolso devolución devolucion",
		"refunded": "devolvieron reembolsaron",
	} {
		for spanish := range strings.FieldsSeq(words) {
			table[spanish] = english
		}
	}
	return table
}()

// notEnglish are words that show that a text is in Spanish.
//

var notEnglish = set(`
	entre con y yo menos sin debe deben debo cada todos todas propina el los las la de del un una para por cuánto
	cuanto cuenta quién quien paga pagó pagué reparte repartir repartan dividan divida somos resto medias partes
	demás demas doble euros dólares dolares mitad cómo como pedido ya deja fuera que cena personas amigos pone le
	les me también tambien entra entran devolvió devolvio transfirió envió quiénes deben`)

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
