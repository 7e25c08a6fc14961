package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// exampleSecret is that of the vendor facts' signature vectors.
const exampleSecret = "example-secret"

// The vectors were computed apart from this code; the first is the vendor's own message, for a body it does not tell.
func TestTheVendorsSignaturesAreTaken(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, with("KNOT_SECRET="+exampleSecret))
	pad := `{"event":"CARD_UPDATED","session_id":"fb5aa994-ed1c-4c3e-b29a-b2a53222e584","pad":""}`
	vectors := []struct{ body, signature string }{
		{strings.Replace(pad, `""`, `"`+strings.Repeat("x", 178-len(pad))+`"`, 1), "vAPNQdiG+KfKIF5BLNlSoEnG2W15wuNWYK2gzQpRSbM="},
		{
			`{"event":"NEW_TRANSACTIONS_AVAILABLE","external_user_id":"u-1001","merchant":{"id":19,"name":"DoorDash"},"timestamp":1767225600123}`,
			"uzAojv1PMJSWvNz0qj7JUIL+Sja4r1B7+6f2kQZTM5Q=",
		},
		{
			`{"event":"AUTHENTICATED","session_id":"0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42","task_id":90412,"external_user_id":"u-1001",` +
				`"merchant":{"id":19,"name":"DoorDash"},"data":{"card_id":null,"send_card":false,"entrypoint":"home","metadata":{"flow":"savings"}},` +
				`"timestamp":1767225600123}`,
			"FzMZHo6805t15Dhq6SCVd74v+soVRrItki3h4deCXm8=",
		},
	}
	nobody := s.anonymous(t)
	for i, vector := range vectors {
		nobody.call("POST", webhookPath, raw(vector.body), "Knot-Signature", vector.signature).want(200)
		require.Equal(t, i+1, s.count(t, "vendor_webhooks"))
		require.Equal(t, i+1, s.count(t, "river.river_job WHERE kind = 'vendor_webhook'"))
	}
	// What was captured fits nothing else that it covers: neither another length nor another event or session.
	s.staysAsItIs(t)
	for i, vector := range vectors {
		for _, body := range []string{
			vector.body + " ", vector.body[:len(vector.body)-1] + ` }`, strings.Replace(vector.body, "A", "B", 1),
			strings.Replace(vector.body, `"event"`, `"Event"`, 1), vectors[(i+1)%3].body,
			strings.NewReplacer("fb5aa994", "fb5aa995", "0b8f6c1e", "0b8f6c1f", `"NEW_`, `"OLD_`).Replace(vector.body),
		} {
			require.NotEqual(t, vector.body, body)
			nobody.call("POST", webhookPath, raw(body), "Knot-Signature", vector.signature).refused(401, api.ProblemCodeInvalidSignature)
		}
	}
	for _, signature := range []string{"", "AAAA", "not base64!", strings.ToLower(vectors[1].signature), vectors[1].signature[:40], vectors[2].signature} {
		nobody.call("POST", webhookPath, raw(vectors[1].body), "Knot-Signature", signature).refused(401, api.ProblemCodeInvalidSignature)
	}
}

// The same webhook again, also at the same moment, is answered as the first time and changes nothing.
func TestAWebhookThatComesAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0]
	hook := object{
		"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": dana.user.ID.String(), "merchant": object{"id": account.MerchantID}, "timestamp": 1,
	}
	nobody := s.anonymous(t)
	atOnce(t, 4, func(t *testing.T, _ int) { nobody.in(t).post(webhookPath, hook).want(200) })
	require.Equal(t, 1, s.count(t, "vendor_webhooks"))
	eventually(t, "it is worked", func() bool {
		return s.count(t, "vendor_webhooks WHERE outcome = 'worked'") == 1 &&
			s.count(t, "river.river_job WHERE kind IN ('vendor_webhook', 'account_sync', 'insights_refresh') AND finalized_at IS NULL") == 0
	})
	require.Equal(t, 1, s.count(t, "river.river_job WHERE kind = 'vendor_webhook'"))
	s.staysAsItIs(t)
	for range 3 {
		nobody.post(webhookPath, hook).want(200)
	}
}

// What nobody knows yet is taken and let be, and so is what is about nobody here.
func TestAWebhookThatLeadsNowhereIsTakenAndIgnored(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0]
	eventually(t, "all is quiet", func() bool {
		return s.count(t, "river.river_job WHERE kind IN ('account_sync', 'insights_refresh') AND finalized_at IS NULL") == 0
	})
	picture := `SELECT string_agg(x, E'\n') FROM (SELECT a::text AS x FROM linked_accounts a UNION ALL SELECT t::text FROM transactions t
		UNION ALL SELECT o::text FROM onboarding_sessions o UNION ALL SELECT c::text FROM card_switches c UNION ALL SELECT v::text FROM vendor_calls v
		UNION ALL SELECT e::text FROM audit_events e ORDER BY 1) everything`
	before := value[string](t, s, picture)
	nobody := s.anonymous(t)
	for _, hook := range []object{
		{"event": "SOMETHING_NEW", "external_user_id": dana.user.ID.String(), "merchant": object{"id": account.MerchantID}, "surprise": []object{{"a": nil}}},
		{"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": uuid.NewString(), "merchant": object{"id": account.MerchantID}},
		{"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": dana.user.ID.String(), "merchant": object{"id": 1}},
		{"event": "ACCOUNT_LOGIN_REQUIRED"},
		{"event": "AUTHENTICATED", "external_user_id": dana.user.ID.String(), "session_id": uuid.NewString(), "task_id": 7, "data": object{"send_card": true}},
		{"event": "AUTHENTICATED", "external_user_id": dana.user.ID.String(), "session_id": nil},
		{"event": "CARD_UPDATED", "external_user_id": dana.user.ID.String(), "session_id": uuid.NewString(), "task_id": 7, "merchant": object{"id": account.MerchantID}},
	} {
		nobody.post(webhookPath, hook).want(200)
	}
	eventually(t, "all are worked", func() bool { return s.count(t, "vendor_webhooks WHERE outcome = 'ignored'") == 7 })
	require.Equal(t, before, value[string](t, s, picture))
	require.Zero(t, s.count(t, "river.river_job WHERE kind = 'account_sync' AND finalized_at IS NULL"))
}

// A body may have 64 KiB, however it is sent, and nothing of one that has more is read for its signature.
func TestAWebhookMayHave64KiB(t *testing.T) {
	t.Parallel()
	const most = 64 << 10
	s := newService(t, idle)
	nobody := s.anonymous(t)
	body := func(length int) []byte {
		empty, err := json.Marshal(object{"event": "X", "pad": ""})
		require.NoError(t, err)
		return bytes.Replace(empty, []byte(`""`), []byte(`"`+strings.Repeat("x", length-len(empty))+`"`), 1)
	}
	nobody.post(webhookPath, raw(body(most))).want(200)
	require.Equal(t, 1, s.count(t, "vendor_webhooks"))
	s.staysAsItIs(t)
	nobody.post(webhookPath, raw(body(most+1))).refused(413, api.ProblemCodePayloadTooLarge)
	for _, length := range []int{most + 1, 4 * most} {
		content := body(length)
		request := httptest.NewRequestWithContext(t.Context(), "POST", webhookPath, io.NopCloser(bytes.NewReader(content)))
		request.ContentLength = -1 // in pieces, so that nobody says how much it is
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Knot-Signature", simulated.Sign(knotSecret, content, "application/json"))
		nobody.send(request).refused(413, api.ProblemCodePayloadTooLarge)
	}
}
