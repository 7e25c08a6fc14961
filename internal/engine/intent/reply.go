package intent

// Reply is the answer to a greeting, a call for help, thanks or what is out of scope, in the asker's language; it states
// no figure. Other kinds have none: "".
func Reply(kind Kind, language string) string {
	switch kind {
	case KindGreeting:
		return "Hello! Ask me which card to use, how to split a bill, whether a price is a good one, or what you spent."
	case KindHelp:
		return "I can tell you which of your cards earns most on a purchase, split a bill and keep track of who owes whom, " +
			"watch a price and say whether to buy or wait, and answer questions about your own spending, such as " +
			"“How much did I spend on groceries last month?”. Nothing is changed before you confirm it."
	case KindThanks:
		return "You're welcome!"
	default:
		return ""
	}
}
