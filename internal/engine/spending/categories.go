package spending

import (
	"slices"
	"strconv"
	"strings"
)

// named are the words that name categories of the vocabulary, or a handful of them. Longer phrases win.
var named = table(map[string]string{
	"groceries":                 "groceries,grocery,supermarket,supermarkets,grocery shopping,food shopping,grocery store,grocery stores",
	"dining":                    "dining,dining out,restaurant,restaurants,eating out,ate out,eat out",
	"delivery":                  "delivery,deliveries,food delivery,takeout,take out,takeaway,takeaways",
	"groceries dining delivery": "food,food and drink,eating",
	"online_retail":             "online shopping,online retail,online stores,online purchases,online orders",
	"wholesale_clubs":           "wholesale club,wholesale clubs,warehouse club,warehouse clubs",
	"department_stores":         "department store,department stores,superstore,superstores",
	"gas":                       "gas,gasoline,petrol,fuel,gas station,gas stations",
	"transit":                   "transit,public transport,commute,commuting,public transit,train,trains,bus,buses,metro",
	"rideshare":                 "rideshare,rideshares,ride share,rides,ride,taxi,taxis,cab,cabs,ride hailing",
	"transit rideshare gas":     "transport,transportation,getting around",
	"travel flights hotels":     "travel,travelling,traveling,vacation,vacations",
	"flights":                   "flight,flights,airfare,airline,airlines,plane ticket,plane tickets",
	"hotels":                    "hotel,hotels,lodging,accommodation",
	"streaming":                 "streaming,streaming services,streaming subscriptions",
	"drugstores":                "drugstore,drugstores,drug store,drug stores,pharmacy,pharmacies",
	"home_improvement":          "home improvement,hardware store,hardware stores",
	"electronics":               "electronics,gadgets",
	"entertainment":             "entertainment,movies,cinema,concerts",
	"fitness":                   "fitness,gym,gyms",
	"utilities":                 "utilities,utility bill,utility bills,electricity,electric bill,water bill",
	"phone":                     "phone bill,phone bills,phone plan,cell phone bill",
	"pets":                      "pets,pet,pet supplies,pet food,vet",
})

func table(phrases map[string]string) map[string][]string {
	index := map[string][]string{}
	for categories, list := range phrases {
		for phrase := range strings.SplitSeq(list, ",") {
			if phrase != "" {
				index[phrase] = strings.Fields(categories)
			}
		}
	}
	return index
}

// longest finds the longest phrase in the words that names categories; the match is list[from:to], the earliest of equals.
func longest(list []word) (categories []string, from, to int) {
	const maxWords = 3
	for size := maxWords; size > 0; size-- {
		for start := 0; start+size <= len(list); start++ {
			if categories, ok := named[join(list[start:start+size])]; ok {
				return categories, start, start + size
			}
		}
	}
	return nil, 0, 0
}

// takeCategories collects every category that is named, a group of them for each word in the order of the text, and puts
// marks where they stood.
func takeCategories(list []word) (groups [][]string, rest []word) {
	const placeholder = "|c?"
	var found [][]string
	for {
		group, from, to := longest(list)
		if to == 0 {
			break
		}
		list = replaceWords(list, from, to, placeholder+strconv.Itoa(len(found)))
		found = append(found, group)
	}
	rest = slices.Clone(list)
	for i, w := range list {
		number, isGroup := strings.CutPrefix(w.text, placeholder)
		if !isGroup {
			continue
		}
		at, _ := strconv.Atoi(number)
		groups = append(groups, found[at])
		rest[i] = mark(markCategory)
	}
	return groups, rest
}
