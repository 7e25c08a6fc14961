package split_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// golden is one message of testdata/sentences.yaml and what it means; the file explains the fields.
type golden struct {
	Text    string   `yaml:"text"`
	Chat    string   `yaml:"chat"`
	History []string `yaml:"history"`
	meaning `yaml:",inline"`
}

type meaning struct {
	Ask      string `yaml:"ask"`
	Question string `yaml:"question"`
	Receipt  string `yaml:"receipt"`
	Method   string `yaml:"method"`
	Total    string `yaml:"total"`
	Shares   string `yaml:"shares"`
	Paid     string `yaml:"paid"`
	Handed   string `yaml:"handed"`
	Mismatch string `yaml:"mismatch"`
	Proposal string `yaml:"proposal"`
	Transfer string `yaml:"transfer"`
	About    string `yaml:"about"`
}

// chats are the people of the groups in the golden set; Alice writes.
var chats = map[string][]split.Person{
	"trip": {{"u1", "Alice Chen"}, {"u2", "Bob Martinez"}, {"u3", "Carol Diaz"}},
	"bobs": {{"u1", "Alice Chen"}, {"u2", "Bob Martinez"}, {"u4", "Bob Stone"}},
	"flat": {{"u1", "Alice Chen"}, {"u5", "Will Park"}, {"u6", "Rosa Vega"}, {"u7", "Bill Ode"}},
}

func said(text, chat string, history ...string) split.Message {
	return split.Message{
		Text: text, History: history, Currency: "USD", Asker: split.Person{ID: "u1", Name: "Alice Chen"}, Group: chats[chat],
	}
}

// observe writes down what a message means, in the words of the golden set.
func observe(g golden) meaning {
	reading := split.Read(said(g.Text, g.Chat, g.History...))
	names := map[string]string{}
	for _, person := range append(reading.People, reading.Others...) {
		first, _, _ := strings.Cut(person.Name, " ")
		if person.ID != "u1" && g.Chat == "" {
			first = person.Name
		}
		names[person.ID] = first
	}
	about := make([]string, len(reading.About))
	for i, person := range reading.About {
		about[i], _, _ = strings.Cut(person.Name, " ")
		names[person.ID] = about[i]
	}
	names["u1"] = "Alice"
	for _, person := range reading.People {
		if person.ID == "u1" && person.Name != "Alice Chen" {
			names["u1"] = person.Name
		}
	}
	var m meaning
	if reading.Ask != split.AskDivide {
		m.Ask = string(reading.Ask)
		m.About = strings.Join(about, ", ")
		if reading.Simplify {
			m.Ask += ", simplified"
		}
	}
	if reading.Transfer != nil {
		m.Transfer = fmt.Sprintf("%s > %s %s", names[reading.Transfer.From], names[reading.Transfer.To], reading.Transfer.Amount)
	}
	if reading.Receipt {
		m.Receipt = "yes"
		if reading.ReceiptTotal != nil {
			m.Receipt = reading.ReceiptTotal.Format()
		}
	}
	if reading.Question != nil {
		m.Question = string(reading.Question.Missing)
		return m
	}
	if reading.Ask != split.AskDivide {
		return m
	}
	m.Method, m.Total = string(reading.Bill.Method), reading.Bill.Total.Format()
	result, err := split.Divide(reading.Bill)
	if mismatch, ok := errors.AsType[*split.MismatchError](err); ok {
		write := func(figure int64) string {
			if mismatch.Method == split.Percentages {
				return money.FormatBps(figure)
			}
			return money.Money{Amount: figure, Currency: reading.Bill.Total.Currency}.Format()
		}
		m.Mismatch = fmt.Sprintf("%s of %s", write(mismatch.Sum), write(mismatch.Want))
		var parts []string
		for i, claim := range reading.Bill.Claims {
			parts = append(parts, names[claim.Person]+" "+write(mismatch.Suggested[i]))
		}
		m.Proposal = strings.Join(parts, ", ")
	}
	var shares, paid, handed []string
	for _, share := range result.Shares {
		shares = append(shares, names[share.Person]+" "+share.Amount.Format())
	}
	for _, part := range reading.Paid {
		paid = append(paid, names[part.Person]+" "+money.Money{Amount: part.Amount, Currency: reading.Bill.Total.Currency}.Format())
	}
	for _, transfer := range reading.Handed {
		handed = append(handed, fmt.Sprintf("%s > %s %s", names[transfer.From], names[transfer.To], transfer.Amount))
	}
	m.Shares, m.Paid, m.Handed = strings.Join(shares, ", "), strings.Join(paid, ", "), strings.Join(handed, ", ")
	return m
}

func sentences(t *testing.T) []golden {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "sentences.yaml"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()

	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var list []golden
	require.NoError(t, decoder.Decode(&list))
	return list
}

func TestRead_Sentences(t *testing.T) {
	t.Parallel()
	list := sentences(t)
	require.GreaterOrEqual(t, len(list), 120)
	for _, g := range list {
		t.Run(g.Text, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, g.meaning, observe(g))
		})
	}
}

// Why: "who owes me?" told everybody's debts to everybody else as well.
func TestRead_TellsWhichDebtsAreMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		owing   split.Owing
		between bool
	}{
		{"who owes whom?", split.OwingAll, false},
		{"what does Carol owe?", split.OwingAll, false},
		{"who owes me?", split.OwingToAsker, false},
		{"who still needs to pay me back?", split.OwingToAsker, false},
		{"¿quién me debe?", split.OwingToAsker, false},
		{"¿quiénes me deben dinero?", split.OwingToAsker, false},
		{"who do I owe?", split.OwingByAsker, false},
		{"¿A quién le debo dinero?", split.OwingByAsker, false},
		{"am I settled up?", split.OwingOwn, false},
		{"who owes me and who do I owe?", split.OwingOwn, false},
		{"settle up with Bob", split.OwingAll, true},
		{"how much do I owe Bob?", split.OwingByAsker, true},
		{"what does Bob owe me", split.OwingToAsker, true},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := split.Read(said(c.text, "trip"))
			require.Equal(t, split.AskBalances, reading.Ask)
			require.Equal(t, c.owing, reading.Owing)
			require.Equal(t, c.between, reading.Between)
		})
	}
}

// Why: the odd hundredths went round by the seed, which is another in the message that says yes.
func TestRead_ProposesTheSamePartsWhateverTheSeed(t *testing.T) {
	t.Parallel()
	const first = "Ana 33.33%, Ben 33.33%, me 33.33% of $100"
	for seed := range uint64(4) {
		agreed := said("yes please", "", first)
		agreed.Seed = seed
		require.True(t, split.Agrees(agreed))
		reading := split.Read(agreed)
		require.Equal(t, first, reading.Agreed)
		bps := make([]int64, len(reading.Bill.Claims))
		for i, claim := range reading.Bill.Claims {
			bps[i] = claim.Bps
		}
		require.Equal(t, []int64{3333, 3334, 3333}, bps)
	}
	require.False(t, split.Agrees(said("yes, but without Ben", "", first)))
}

func costco() *split.Purchase {
	return &split.Purchase{Total: usd(10_800), Items: []split.Item{
		{Name: "Duracell AA batteries, 40 pack", Amount: 2000}, {Name: "Chocolate cake", Amount: 3000}, {Name: "Paper towels", Amount: 5000},
	}}
}

func TestRead_DividesAReceipt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, shares, unclaimed, question string
	}{
		{"split my last Costco order with Bob and Carol", "Bob $36.00, Carol $36.00, Alice Chen $36.00", "", ""},
		{"From my last Costco receipt: batteries are Fatima's, the cake is Sam's, I'll take the rest", "Alice Chen $54.00, Fatima $21.60, Sam $32.40", "", ""},
		{"split my Costco receipt with Bob: the cake is Bob's, everything else is shared", "Bob $70.20, Alice Chen $37.80", "", ""},
		{"split my Costco receipt with Bob, the cake is Bob's", "Bob $70.20, Alice Chen $37.80", "Duracell AA batteries, 40 pack; Paper towels", ""},
		{"split my Costco receipt with Bob, the cake is Bob's and the batteries are for me and Bob", "Bob $70.20, Alice Chen $37.80", "Paper towels", ""},
		{"split my Costco receipt with Bob, the salmon is Bob's", "", "", "items"},
		{"split the Costco receipt with Bob by what each of us ordered", "", "", "items"},
		{"split the Costco order with Bob, I pay double", "Bob $36.00, Alice Chen $72.00", "", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			message := said(c.text, "")
			require.True(t, split.Read(message).Receipt)
			message.Purchase = costco()
			reading := split.Read(message)
			if c.question != "" {
				require.NotNil(t, reading.Question)
				require.Equal(t, c.question, string(reading.Question.Missing))
				return
			}
			require.Nil(t, reading.Question)
			result, err := split.Divide(reading.Bill)
			require.NoError(t, err)
			var shares []string
			for i, share := range result.Shares {
				shares = append(shares, reading.People[i].Name+" "+share.Amount.Format())
			}
			require.Equal(t, c.shares, strings.Join(shares, ", "))
			require.Equal(t, c.unclaimed, strings.Join(reading.Unclaimed, "; "))
		})
	}
}

// Whatever people type, it is read to an end and the same way again, and a bill without a question can be divided, or
// does not add up, which is said.
func TestRead_IsTotalAndDeterministic(t *testing.T) {
	t.Parallel()
	words := strings.Fields("split divide $90 90 40% 60/40 2:1:1 me I Bob Carol Ana and , . : except without with between paid pays owes had " +
		"double rest equally tip tax of the for five of us ways total @lattice my last order receipt yo entre con €12,50 KWD ¥900 -5 0 each half " +
		"'s A B shares by nights 3 1 what left he she refund both plus more less than half third 1/2 2/3 nothing pizzas at tickets lent yes")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 25).Draw(t, "words"), " ") + rapid.StringN(0, 12, -1).Draw(t, "tail")
		history := []string{strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "history"), " ")}
		message := said(text, rapid.SampledFrom([]string{"", "trip", "bobs"}).Draw(t, "chat"), history...)
		if rapid.Bool().Draw(t, "bought") {
			message.Purchase = costco()
		}
		reading := split.Read(message)
		require.Equal(t, reading, split.Read(message))
		if reading.Ask != split.AskDivide || reading.Question != nil {
			return
		}
		require.Len(t, reading.People, len(reading.Bill.Claims))
		result, err := split.Divide(reading.Bill)
		if mismatch, ok := errors.AsType[*split.MismatchError](err); ok {
			reading.Bill.Claims = mismatch.SuggestedClaims(reading.Bill)
			_, err = split.Divide(reading.Bill)
			require.NoError(t, err)
			return
		}
		require.NoError(t, err)
		var sum int64
		for _, share := range result.Shares {
			sum += share.Amount.Amount
		}
		require.Equal(t, reading.Bill.Total.Amount, sum)
		if len(reading.Paid) > 0 {
			require.NoError(t, split.CheckPayments(reading.Bill.Total, reading.Paid))
		}
	})
}

func BenchmarkRead(b *testing.B) {
	message := said("I paid $240 for the cabin, Bob had two beers at $7, rest equal except Carol, plus 18% tip", "trip",
		"split the groceries, 94.17, everyone except Carol", "now add a 15% tip", "tom paid btw")
	for b.Loop() {
		split.Read(message)
	}
}
