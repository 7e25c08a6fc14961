package money

import "strings"

// unit is a way to name a currency: a sign or a word. Most are shared by several currencies.
type unit struct {
	codes []string // the currencies it may mean
	first bool     // without a better hint it means codes[0]; otherwise it cannot be told
	cents bool     // it names hundredths: cents, pence
	// spanish words may follow "mil", which is a thousand in Spanish and slang for a million in English.
	spanish bool
}

// in is the currency meant by somebody whose own is currency, "" when it cannot be told.
func (u unit) in(currency string) string {
	for _, code := range u.codes {
		if code == currency {
			return code
		}
	}
	if u.first || len(u.codes) == 1 {
		return u.codes[0]
	}
	return ""
}

// The dollars and pesos are written with the same sign: a bare $ is the reader's own dollar or peso, else the US dollar.
const (
	dollars = "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD"
	pesos   = "MXN ARS CLP COP CUP DOP PHP UYU"
	pounds  = "GBP EGP FKP GIP LBP SDG SHP SSP SYP"
	crowns  = "SEK NOK DKK ISK CZK"
	rupees  = "INR PKR LKR MUR NPR SCR"
)

func one(code string) unit { return unit{codes: []string{code}} }

func firstOf(codes string) unit { return unit{codes: strings.Fields(codes), first: true} }

func anyOf(codes string) unit { return unit{codes: strings.Fields(codes)} }

func inSpanish(u unit) unit {
	u.spanish = true
	return u
}

func hundredths(u unit) unit {
	u.cents = true
	return u
}

// signs stand before the digits or behind them.
var signs = map[string]unit{
	"$": firstOf(dollars + " " + pesos), "US$": one("USD"), "A$": one("AUD"), "AU$": one("AUD"), "C$": one("CAD"), "CA$": one("CAD"),
	"NZ$": one("NZD"), "HK$": one("HKD"), "S$": one("SGD"), "NT$": one("TWD"), "MX$": one("MXN"), "R$": one("BRL"), "S/": one("PEN"),
	"€": one("EUR"), "£": firstOf(pounds), "¥": firstOf("JPY CNY"), "₹": one("INR"),
	"₩": one("KRW"), "₪": one("ILS"), "₽": one("RUB"), "₺": one("TRY"), "₱": one("PHP"), "₫": one("VND"), "฿": one("THB"),
	"₴": one("UAH"), "₦": one("NGN"), "₡": one("CRC"), "₲": one("PYG"), "₵": one("GHS"), "₸": one("KZT"), "₼": one("AZN"), "₾": one("GEL"),
	"¢": hundredths(firstOf(dollars)),
}

// names stand behind the digits, in lower case and without marks.
var names = func() map[string]unit {
	table := map[string]unit{}
	for words, u := range map[string]unit{
		"dollar dollars buck bucks":      firstOf(dollars),
		"dolar dolares":                  inSpanish(firstOf(dollars)),
		"euro euros":                     inSpanish(one("EUR")),
		"pound pounds":                   firstOf(pounds),
		"libra libras":                   inSpanish(firstOf(pounds)),
		"quid":                           one("GBP"),
		"yen yens":                       one("JPY"),
		"yuan renminbi rmb":              one("CNY"),
		"peso pesos":                     inSpanish(anyOf(pesos)),
		"rupee rupees rupia rupias":      anyOf(rupees + " IDR"),
		"franc francs franco francos":    anyOf("CHF XAF XOF XPF CDF DJF GNF KMF RWF BIF"),
		"krona kronor":                   anyOf("SEK ISK"),
		"krone kroner":                   anyOf("NOK DKK"),
		"kr crown crowns corona coronas": anyOf(crowns),
		"koruna koruny korun":            one("CZK"),
		"dinar dinars dinares":           anyOf("KWD BHD DZD IQD JOD LYD RSD TND"),
		"dirham dirhams":                 anyOf("AED MAD"),
		"riyal riyals rial rials":        anyOf("SAR QAR OMR YER IRR"),
		"shilling shillings":             anyOf("KES TZS UGX SOS"),
		"won":                            {codes: []string{"KRW", "KPW"}}, // also a verb: "player 5 won"
		"reais":                          one("BRL"),
		"zloty zlotys zlotych zl":        one("PLN"),
		"lira liras":                     anyOf("TRY"),
		"shekel shekels":                 one("ILS"),
		"baht":                           one("THB"),
		"rand":                           one("ZAR"),
		"ruble rubles rouble roubles rublo rublos": firstOf("RUB BYN"),
		"forint forints":    one("HUF"),
		"lei":               anyOf("RON MDL"),
		"hryvnia hryvnias":  one("UAH"),
		"naira":             one("NGN"),
		"cedi cedis":        one("GHS"),
		"taka":              one("BDT"),
		"ringgit":           one("MYR"),
		"soles":             inSpanish(one("PEN")),
		"colones":           inSpanish(anyOf("CRC SVC")),
		"quetzal quetzales": inSpanish(one("GTQ")),
		"lempira lempiras":  inSpanish(one("HNL")),
		"guarani guaranies": inSpanish(one("PYG")),
		"cordobas":          inSpanish(one("NIO")),
		"bolivianos":        inSpanish(one("BOB")),
		"bolivares":         inSpanish(one("VES")),
		"balboas":           inSpanish(one("PAB")),
		"cent cents":        hundredths(anyOf(dollars + " EUR ZAR")),
		"centavo centavos":  hundredths(anyOf(pesos + " BRL USD")),
		"centimo centimos":  hundredths(anyOf("EUR PEN CRC PYG VES")),
		"penny pence":       hundredths(one("GBP")),
	} {
		for word := range strings.FieldsSeq(words) {
			table[word] = u
		}
	}
	return table
}()

// smallCodes are the codes that people also write in lower case. Others are words in one language or another ("all",
// "try", "top", "pen") and count in capitals only.
var smallCodes = codeSet("usd eur gbp jpy mxn cad aud nzd chf kwd inr cny brl ars clp krw sgd hkd sek nok dkk pln czk bhd jod tnd aed ils")

// wordCodes are English or Spanish words: where a whole text is in capitals they are no codes.
var wordCodes = codeSet("all amd ang bam bob cop cup gel lak mad mop mur pen rub sos top try ron sar std")

// dotGroups are the currencies of countries that group thousands by dots, so that "1.234" is more than a thousand of
// them. Dollars and pounds are not among them: "$1.234" may as well be the price of a litre.
var dotGroups = codeSet("eur ars clp cop brl uyu pyg ves bob crc idr vnd dkk nok sek isk try ron rsd bam mkd huf pln czk uah rub")

func codeSet(codes string) map[string]bool {
	set := map[string]bool{}
	for code := range strings.FieldsSeq(codes) {
		set[strings.ToUpper(code)] = true
	}
	return set
}

// scales are words and letters for thousands and more, by the number of zeros they stand for.
var scales = map[string]int{
	"k": 3, "thousand": 3, "grand": 3, "mil": 3,
	"m": 6, "mn": 6, "million": 6, "millions": 6, unmarked.Replace("millón"): 6, "millones": 6,
	"bn": 9, "billion": 9, "billions": 9,
}

// unmarked writes the letters of Spanish without their marks.
var unmarked = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "ł", "l",
	"\u0301", "", "\u0303", "", "\u0308", "")
