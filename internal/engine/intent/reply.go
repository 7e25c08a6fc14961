package intent

// Reply is the answer to a greeting, a call for help, thanks or what is out of scope, in the asker's language; it states
// no figure. Other kinds have none: "".
func Reply(kind Kind, language string) string {
	if language == Spanish {
		return spanishReplies[kind]
	}
	return englishReplies[kind]
}

var englishReplies = map[Kind]string{
	KindGreeting: "Hello! Ask me which card to use, how to split a bill, whether a price is a good one, or what you spent.",
	KindHelp: "I can tell you which of your cards earns most on a purchase, split a bill and keep track of who owes whom, " +
		"watch a price and say whether to buy or wait, and answer questions about your own spending, such as " +
		"“How much did I spend on groceries last month?”. Nothing is changed before you confirm it.",
	KindThanks: "You're welcome!",
	KindOutOfScope: "That is outside what I can help with. I know about your cards, about splitting bills, about prices and " +
		"about your own spending: ask me about any of those.",
}

var spanishReplies = map[Kind]string{
	KindGreeting: "¡Hola! Pregúntame qué tarjeta usar, cómo dividir una cuenta, si un precio es bueno o cuánto gastaste.",
	KindHelp: "Puedo decirte cuál de tus tarjetas te da más en una compra, dividir una cuenta y llevar quién debe a quién, " +
		"vigilar un precio y decir si conviene comprar o esperar, y responder sobre tus propios gastos, por ejemplo " +
		"«¿Cuánto gasté en el supermercado el mes pasado?». Nada cambia antes de que lo confirmes.",
	KindThanks: "¡De nada!",
	KindOutOfScope: "Con eso no puedo ayudarte. Sé de tus tarjetas, de dividir cuentas, de precios y de tus propios gastos: " +
		"pregúntame por cualquiera de esas cosas.",
}
