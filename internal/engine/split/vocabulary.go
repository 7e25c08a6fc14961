package split

import (
	"strings"
)

// relations are people who are named by what they are to the asker.
var relations = set(`
	wife husband partner girlfriend boyfriend roommate flatmate housemate brother sister mom mum mother dad father
	son daughter friend neighbor neighbour boss colleague coworker cousin ex uncle aunt buddy fiance fiancee
	spouse grandma grandpa hermano hermana esposa esposo marido mujer novio novia amigo amiga primo prima padre
	madre vecino vecina jefe companero companera`)

// ordinary are names that are plain words of such sentences as well.
var ordinary = set(`
	will mark bill may grace rose art pat rob sue max dean drew rich tab penny buck faith hope joy sol luz paz mar
	flor`)

// before are words a person stands behind; in a list with them any word may be a name.
var (
	beforeLists = set("between among with except excluding without minus skip skipping exclude")
	beforeNames = set(`
		owe owes owed paid pay pays to by for from not but add remove drop count leave take is am include including of
		square up lent gave sent did does was are covered treated spotted than`)
	// afterNames are what people do. Only a capital tells "Lena left" from "what left".
	afterNames = set(`
		paid pays owes covered ordered ate drank bought booked fronted takes puts gets gave sent lent picked had got
		took spent chips handed joined venmoed earns earned stayed stays`)
	afterCapitals = set(`
		pay owe put should would did does only left takes has have still already just counts count skipped bailed
		wants came`)
)

var afterLists = set(`
	evenly equally equal please pls plz split so or who for in on at because since he she they as fairly only
	again too though back anything me and`)

// ownings are what belongs to people in a bill; a name without a capital is one before them.
var ownings = set("share part card half portion cut s order drink drinks beer")

// nobody are words that stand where a person would and are none.
var nobody = set(`
	i me my we us our ours you your they them their he she it his her him who whom what which that this these
	those there here the a an and or but so if then than as of to in on at for from by with without between among
	except not no yes please pls plz thanks everyone everybody anyone anybody someone somebody nobody all both
	each every other others another rest half halves double twice triple people person persons friend friends
	folks guys family families couple roommates flatmates housemates siblings parents kids cousins colleagues
	coworkers team group party room rooms bedrooms nights days ways way shares share parts part percent percentage
	percentages equal equally evenly fairly split splitting divide dividing divvy sharing total subtotal bill
	check tab receipt order purchase tip tax gratuity fee fees service delivery discount refund dinner lunch
	breakfast brunch drinks drink food pizza sushi tacos wine beer beers cocktails coffee groceries gas fuel taxi
	cab uber lyft rent hotel airbnb cabin house car van boat trip tickets ticket concert movie movies netflix
	spotify internet electric water utilities parking snacks dessert appetizer burger ramen soda salad steak cake
	gift card cards cash money dollars bucks euros pounds quid yen pesos today tonight yesterday tomorrow weekend
	week month year monday tuesday wednesday thursday friday saturday sunday january february march april june
	july august september october november december whole foods costco instacart walmart target amazon doordash
	ubereats starbucks safeway trader joe joes kroger aldi ikea venmo paypal zelle cashapp visa mastercard amex
	discover usd eur gbp jpy mxn cad kwd bhd just only also too now actually sorry ok okay hey hi hello hmm well
	still already again maybe really very more less most much many some any is are was were be been am do does did
	have has had will would can could should shall may might must let make made get got go went pay pays paid owe
	owes owed take takes took put puts give gave sent send cover covers covered buy bought spend spent book booked
	cost costs how why when where out off up down over per plus minus times three two one four five six seven
	eight nine ten first last next same dinero plata simplify settle settled settling balance balances debt debts
	calculate compute figure sort tell show add remove count leave skip drop redo even fair taxes themselves
	anything nothing something everything else stuff things thing mine yours later before after lattice three-way
	dutch because since while until about around into onto le les se nos s`)

// contracted are words whose 's is a verb: it's, that's, who's.
var contracted = map[string]bool{
	"it": true, "that": true, "who": true, "what": true, "there": true, "here": true, "let": true, "how": true, "where": true,
	"he": true, "she": true, "everyone": true, "everybody": true,
}

// expansions are short forms and forms of the first person, by what they stand for.
//
//nolint:misspell // how people misspell them is part of it
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
	"repartimos": "we split", "dividimos": "we split", "repartamos": "we split", "dividamos": "we split", "partamos": "we split",
	"compartimos": "we split", "compartamos": "we split", "pagamos": "we paid", "éramos": "we are", "eramos": "we are",
	"mía": "i s", "mío": "i s", "míos": "i s", "mías": "i s",
}

var numberWords = map[string]int64{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}

func set(words string) map[string]bool {
	result := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		result[word] = true
	}
	return result
}
