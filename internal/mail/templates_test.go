package mail

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/money"
)

var toDana = delivery{name: "Dana Kim", baseURL: "https://lattice.example", token: "i1_token"}

func TestTemplates_SayWhatThereIsToSay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content       Content
		d             delivery
		subject, body string
	}{
		"Invite": {
			Invite{Group: "Ski Trip", InvitedBy: "Dana Kim", ExpiresAt: time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)},
			delivery{baseURL: "https://lattice.example", token: "i1_token"},
			"Dana Kim invites you to the group “Ski Trip” on Lattice",
			`Hello,

Dana Kim invites you to the group “Ski Trip” on Lattice, where friends share what they spend and ask a money co-pilot.

Accept it here:
https://lattice.example/invites/accept#i1_token

Or sign in and give this code:
i1_token

The invitation is for this address: it can be accepted until 7 December 2026, 09:00 UTC by whoever has an account with it. If you have none yet, sign up with this address first.

If you do not want this, do nothing: nobody joins a group without accepting, and nobody is told.

Lattice
`,
		},
		"PriceAlert": {
			PriceAlert{
				Product: "Espresso machine", Merchant: "Target", URL: "https://shop.example/1", Price: money.Money{Amount: 8400, Currency: "USD"},
				Reason: "It fell below the $90.00 you set.",
			},
			toDana,
			"Espresso machine is now $84.00",
			`Hello Dana Kim,

Espresso machine is now $84.00 at Target.
It fell below the $90.00 you set.

Look at it here:
https://shop.example/1

You get this mail because you set a price alert in Lattice. Delete the alert, or turn mails off in your settings, and there will be no more.

Lattice
`,
		},
		"PriceAlertWithoutLink": {
			PriceAlert{Product: "Kettle", Price: money.Money{Amount: 1200, Currency: "JPY"}, Reason: "It rose above ¥1,000."},
			toDana,
			"Kettle is now ¥1,200",
			`Hello Dana Kim,

Kettle is now ¥1,200.
It rose above ¥1,000.

You get this mail because you set a price alert in Lattice. Delete the alert, or turn mails off in your settings, and there will be no more.

Lattice
`,
		},
		"SpendingAlert": {
			SpendingAlert{Title: "Delivery is up", Text: "You spent $212.40 on delivery in October.", Advice: "Cook once more a week."},
			toDana,
			"Delivery is up",
			`Hello Dana Kim,

You spent $212.40 on delivery in October.

Cook once more a week.

You get this mail because spending alerts are on in your settings of Lattice; turn them off there and there will be no more.

Lattice
`,
		},
		"RewardReminder": {
			RewardReminder{Title: "5% ends soon", Text: "The quarter ends on 31 December."},
			toDana,
			"5% ends soon",
			`Hello Dana Kim,

The quarter ends on 31 December.

You get this mail because reward reminders are on in your settings of Lattice; turn them off there and there will be no more.

Lattice
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject, body := test.content.write(test.d)
			require.Equal(t, test.subject, subject)
			require.Equal(t, test.body, body)
		})
	}
}

// An invitation goes to people who never asked for it, so that it must not carry the advertising of whoever wrote it.
func TestInvite_CarriesNobodysAdvertising(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Win now https://evil.example", "www.evil.example", "evil.example/win", "EVIL.COM", "write to win@evil", "ftp://x", "see пример.рф", "", " \u200b\n",
	} {
		subject, body := Invite{Group: name, InvitedBy: name}.write(delivery{baseURL: "https://lattice.example", token: "i1_token"})
		require.Equal(t, "Somebody invites you to a group on Lattice", subject, name)
		require.NotContains(t, strings.ToLower(body), "evil")
	}
	subject, _ := Invite{Group: "Mr. & Mrs. Kim's trip, 2.5 days", InvitedBy: "J. R. Kim Jr."}.write(toDana)
	require.Equal(t, "J. R. Kim Jr. invites you to the group “Mr. & Mrs. Kim's trip, 2.5 days” on Lattice", subject)
	long := strings.Repeat("ä", 500)
	subject, body := Invite{Group: long, InvitedBy: long}.write(toDana)
	require.Less(t, utf8.RuneCountInString(subject), 250)
	require.NotContains(t, body, long)
}

// Whatever was typed: no line break, no invisible character, no growth.
func TestOneLine_IsOneLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		line := oneLine(text)
		for _, r := range line {
			if r != ' ' && !strings.ContainsRune(text, r) && r != utf8.RuneError {
				t.Fatalf("%q is nowhere in %q", r, text)
			}
			if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0x202e || r == 0x200b {
				t.Fatalf("%q holds %q", line, r)
			}
		}
		if oneLine(line) != line {
			t.Fatalf("%q changes again", line)
		}
	})
}

func TestContents_AreReadBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for kind, empty := range contents {
		require.Equal(t, kind, empty().kind())
	}
	require.Len(t, contents, 4)
}

func TestWanted_FollowsTheSettings(t *testing.T) {
	t.Parallel()
	all := Wishes{Email: true, SpendingAlerts: true, RewardReminders: true}
	for kind, empty := range contents {
		require.True(t, empty().wanted(all), kind)
		require.False(t, empty().wanted(Wishes{SpendingAlerts: true, RewardReminders: true}), "%s: no mail at all means none", kind)
		withoutAlerts, withoutReminders := empty().wanted(Wishes{Email: true, RewardReminders: true}), empty().wanted(Wishes{Email: true, SpendingAlerts: true})
		require.Equal(t, withoutAlerts, kind != "spending_alert", kind)
		require.Equal(t, withoutReminders, kind != "reward_reminder", kind)
	}
}
