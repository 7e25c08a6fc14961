package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

const mebibyte = 1 << 20

// What no operation may read is the same for all of them, so these cases are made from the contract: an operation that
// is added to it is tested too.
func TestUnreadableBodiesAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	for _, bad := range []struct {
		name   string
		body   func(example string) any
		header []string
		status int
		code   api.ProblemCode
	}{
		{"NotJSON", func(string) any { return raw(`{"title": `) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"SingleQuotes", func(string) any { return raw(`{'title': 'x'}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"TrailingComma", func(string) any { return raw(`{"a": 1,}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		// The standard decoder lets the last of two equal keys win: what one reader checked, another would not use.
		{"DuplicateKey", func(e string) any { return raw(strings.Replace(e, "{", `{"a": 1, "a": 2, `, 1)) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"DuplicateKeyInside", func(string) any { return raw(`{"a": {"b": 1, "b": 1}}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"DuplicateKeyEscaped", func(string) any { return raw(`{"a": 1, "\u0061": 2}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"TrailingText", func(e string) any { return raw(e + ` trailing`) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"SecondValue", func(e string) any { return raw(e + e) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"DeepObjects", func(string) any { return raw(strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"DeepArrays", func(string) any {
			return raw(`{"a":` + strings.Repeat("[", 90_000) + strings.Repeat("]", 90_000) + "}")
		}, nil, 400, api.ProblemCodeMalformedRequest},
		{"ByteOrderMark", func(e string) any { return raw("\ufeff" + e) }, nil, 400, api.ProblemCodeMalformedRequest},
		// Postgres cannot store it: let through, it would be an error of ours.
		{"NulCharacter", func(string) any { return raw(`{"title": "a\u0000b"}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		{"NulKey", func(string) any { return raw(`{"a\u0000b": 1}`) }, nil, 400, api.ProblemCodeMalformedRequest},
		// Two different texts with a broken byte would become the same text, passwords too.
		{"NotUTF8", func(string) any { return raw("{\"title\": \"\xff\"}") }, nil, 400, api.ProblemCodeMalformedRequest},
		{"TooLarge", func(e string) any { return raw(e + strings.Repeat(" ", mebibyte)) }, nil, 413, api.ProblemCodePayloadTooLarge},
		{"PlainText", func(e string) any { return raw(e) }, []string{"Content-Type", "text/plain"}, 415, api.ProblemCodeUnsupportedMediaType},
		{"XML", func(e string) any { return raw(e) }, []string{"Content-Type", "application/xml"}, 415, api.ProblemCodeUnsupportedMediaType},
		{"Multipart", func(e string) any { return raw(e) }, []string{"Content-Type", "multipart/form-data; boundary=x"}, 415, api.ProblemCodeUnsupportedMediaType},
		{"AlmostJSON", func(e string) any { return raw(e) }, []string{"Content-Type", "application/jsonp"}, 415, api.ProblemCodeUnsupportedMediaType},
		{"NoMediaType", func(e string) any { return raw(e) }, []string{"Content-Type", ""}, 415, api.ProblemCodeUnsupportedMediaType},
	} {
		t.Run(bad.name, func(t *testing.T) {
			t.Parallel()
			eachOperation(t, takesClientsBody, func(t *testing.T, o operation) {
				example, err := json.Marshal(o.example())
				require.NoError(t, err)
				dana.in(t).call(o.method, o.somewhere(), bad.body(string(example)), bad.header...).refused(bad.status, bad.code)
			})
		})
	}
}

func TestMergePatchIsAnAliasOfJSONWhereSomethingIsPatchedOnly(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	eachOperation(t, takesBody, func(t *testing.T, o operation) {
		answer := dana.in(t).call(o.method, o.somewhere(), o.example(), "Content-Type", "application/merge-patch+json")
		switch {
		case o.method == http.MethodPatch && strings.Contains(o.path, "{"):
			answer.notFound() // read, and then found to be about nothing
		case o.method == http.MethodPatch:
			answer.want(200)
		default:
			answer.refused(415, api.ProblemCodeUnsupportedMediaType)
		}
	})
}

func TestMissingBodies(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	eachOperation(t, takesClientsBody, func(t *testing.T, o operation) {
		dana := dana.in(t)
		if !o.RequestBody.Value.Required {
			dana.call(o.method, o.somewhere(), nil).want(201)
			dana.call(o.method, o.somewhere(), raw("")).want(201) // what fetch sends with a content type and no body
			return
		}
		dana.call(o.method, o.somewhere(), nil).refused(400, api.ProblemCodeMalformedRequest)
		dana.call(o.method, o.somewhere(), raw("")).refused(400, api.ProblemCodeMalformedRequest)
	})
}

func TestBodiesOfTheWrongShape(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	for name, body := range map[string]raw{"Null": "null", "Array": "[]", "Text": `"text"`, "Number": "7", "Boolean": "true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachOperation(t, takesClientsBody, func(t *testing.T, o operation) {
				dana.in(t).call(o.method, o.somewhere(), body).refused(422, api.ProblemCodeInvalidRequest, "")
			})
		})
	}
}

func TestUnknownPropertiesAreNamed(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	eachOperation(t, takesClientsBody, func(t *testing.T, o operation) {
		body := object{"sur/pr~ise": 1}
		maps.Copy(body, o.example().(map[string]any))
		problem := dana.in(t).call(o.method, o.somewhere(), body).refused(422, api.ProblemCodeInvalidRequest, "/sur~1pr~0ise")
		require.Equal(t, "unknown", problem.Errors[0].Code)
	})
}

// A body beside an operation that takes none has no meaning; it is neither read nor refused.
func TestBodiesNobodyAskedForAreIgnored(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	dana.call(http.MethodGet, "/api/session", raw("{")).want(200)
	dana.call(http.MethodGet, "/api/session", raw("{"), "Content-Type", "text/plain").want(200)
	dana.post("/api/auth/logout", raw(strings.Repeat("x", 2*mebibyte))).want(204)
}

func TestMediaTypesAreReadWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, media := range []string{"APPLICATION/JSON; charset=utf-8", "application/json;charset=UTF-8", " Application/Json "} {
		dana.post("/api/chats", object{"title": "Groceries"}, "Content-Type", media).want(201)
	}
	login := url.Values{"username": {dana.email}, "password": {dana.password}}
	s.anonymous(t).post("/api/auth/login", login, "Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8").want(200)
	dana.patchSettings(object{}, "Content-Type", "APPLICATION/MERGE-PATCH+JSON").want(200)
}

func TestFieldsAreNamedWithTheRuleTheyBreak(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	product := dana.product("Blue Cash Preferred").ID
	signup := func(key string, value any) object {
		body := object{"name": "Eve Moss", "email": "eve@example.com", "password": "correct horse battery"}
		body[key] = value
		return body
	}
	card := func(key string, value any) object { return object{"productId": product, key: value} }
	display := func(key string, value any) object {
		return object{"preferences": object{"display": object{key: value}}}
	}
	long := func(n int) string { return strings.Repeat("ä", n) }
	signups, chats, messages, groups, cards := "/api/auth/signup", "/api/chats", "/api/chats/"+chat+"/messages", "/api/groups", "/api/cards"
	recommend, dollars86 := cards+"/recommendation", object{"amount": 8600, "currency": "USD"}
	s.staysAsItIs(t)
	for _, bad := range []struct {
		name    string
		method  string
		path    string
		body    any
		pointer string
		code    string
	}{
		{"SignupNoName", "POST", signups, object{"email": "eve@example.com", "password": "correct horse battery"}, "/name", "required"},
		{"SignupEmptyName", "POST", signups, signup("name", ""), "/name", "min_length"},
		{"SignupBlankName", "POST", signups, signup("name", " \t "), "/name", "pattern"},
		{"SignupNameOfHardSpaces", "POST", signups, signup("name", "\u00a0\u2003"), "/name", "format"},
		{"SignupInvisibleName", "POST", signups, signup("name", "a\u202eb"), "/name", "format"},
		{"SignupLongName", "POST", signups, signup("name", long(81)), "/name", "max_length"},
		{"SignupNumberName", "POST", signups, signup("name", 7), "/name", "type"},
		{"SignupNullName", "POST", signups, signup("name", nil), "/name", "type"},
		{"SignupNoAt", "POST", signups, signup("email", "eve.example.com"), "/email", "format"},
		{"SignupNoDomain", "POST", signups, signup("email", "eve@"), "/email", "format"},
		{"SignupTwoAddresses", "POST", signups, signup("email", "eve@example.com, mallory@example.com"), "/email", "format"},
		{"SignupNamedAddress", "POST", signups, signup("email", "Eve <eve@example.com>"), "/email", "format"},
		{"SignupSpaceInAddress", "POST", signups, signup("email", "eve @example.com"), "/email", "format"},
		{"SignupLineInAddress", "POST", signups, signup("email", "eve@example.com\nBcc: all@example.com"), "/email", "format"},
		{"SignupLongAddress", "POST", signups, signup("email", strings.Repeat("e", 250)+"@example.com"), "/email", "max_length"},
		{"SignupShortPassword", "POST", signups, signup("password", "x7#Kq2!"), "/password", "min_length"},
		{"SignupLongPassword", "POST", signups, signup("password", long(129)), "/password", "max_length"},
		{"SignupCommonPassword", "POST", signups, signup("password", "password"), "/password", "weak"},
		{"SignupOwnAddressAsPassword", "POST", signups, signup("password", "eve@example.com"), "/password", "weak"},
		{"SignupNullPassword", "POST", signups, signup("password", nil), "/password", "type"},
		{"LoginNoPassword", "POST", "/api/auth/login", object{"email": "eve@example.com"}, "/password", "required"},
		{"LoginNumberPassword", "POST", "/api/auth/login", object{"email": "eve@example.com", "password": 12345678}, "/password", "type"},
		{"LoginLongPassword", "POST", "/api/auth/login", object{"email": "eve@example.com", "password": long(129)}, "/password", "max_length"},
		{"LoginFormNoUsername", "POST", "/api/auth/login", url.Values{"password": {"x"}}, "/username", "required"},
		{"LoginFormOtherGrant", "POST", "/api/auth/login", url.Values{"grant_type": {"client_credentials"}, "username": {"x"}, "password": {"x"}}, "/grant_type", "enum"},
		{"LoginFormUnknownField", "POST", "/api/auth/login", url.Values{"username": {"x"}, "password": {"x"}, "admin": {"1"}}, "/admin", "unknown"},
		{"RefreshEmpty", "POST", "/api/auth/refresh", object{"refresh_token": ""}, "/refresh_token", "min_length"},
		{"RefreshLong", "POST", "/api/auth/refresh", object{"refresh_token": long(201)}, "/refresh_token", "max_length"},
		{"StartOtherProduct", "POST", "/api/onboarding/start", object{"product": "loans"}, "/product", "enum"},
		{"StartCardOfNobody", "POST", "/api/onboarding/start", object{"product": "card_switcher", "cardId": uuid.NewString()}, "/cardId", "unknown"},
		{"StartBadCardID", "POST", "/api/onboarding/start", object{"cardId": "1"}, "/cardId", "format"},
		{"CompleteNoSession", "POST", "/api/onboarding/complete", object{}, "/sessionId", "required"},
		{"CompleteBadSession", "POST", "/api/onboarding/complete", object{"sessionId": "{" + uuid.NewString() + "}"}, "/sessionId", "format"},
		{"CompleteLongToken", "POST", "/api/onboarding/complete", object{"sessionId": uuid.NewString(), "claimToken": long(201)}, "/claimToken", "max_length"},
		{"ChatNoTitle", "POST", chats, object{}, "/title", "required"},
		{"ChatBlankTitle", "POST", chats, object{"title": "   "}, "/title", "pattern"},
		{"ChatTitleOfHardSpaces", "POST", chats, object{"title": "\u00a0\u2003\u3000"}, "/title", "min_length"},
		{"ChatLongTitle", "POST", chats, object{"title": long(121)}, "/title", "max_length"},
		{"MessageNoContent", "POST", messages, object{}, "/content", "required"},
		{"MessageEmpty", "POST", messages, object{"content": ""}, "/content", "min_length"},
		{"MessageBlank", "POST", messages, object{"content": " \n\t "}, "/content", "pattern"},
		{"MessageOfHardSpaces", "POST", messages, object{"content": "\u00a0\u2003\u3000"}, "/content", "min_length"},
		{"MessageTooLong", "POST", messages, object{"content": long(8001)}, "/content", "max_length"},
		{"MessageNumber", "POST", messages, object{"content": 86}, "/content", "type"},
		{"MessageObject", "POST", messages, object{"content": object{"text": "x"}}, "/content", "type"},
		{"GroupNoName", "POST", groups, object{"members": []string{}}, "/name", "required"},
		{"GroupBlankName", "POST", groups, object{"name": "  ", "members": []string{}}, "/name", "pattern"},
		{"GroupNameOfHardSpaces", "POST", groups, object{"name": "\u00a0", "members": []string{}}, "/name", "min_length"},
		{"GroupNoMembers", "POST", groups, object{"name": "Ski Trip"}, "/members", "required"},
		{"GroupMembersNotAList", "POST", groups, object{"name": "Ski Trip", "members": "bob@example.com"}, "/members", "type"},
		{"GroupBadMember", "POST", groups, object{"name": "Ski Trip", "members": []string{"bob@example.com", "carol"}}, "/members/1", "format"},
		{"GroupManyMembers", "POST", groups, object{"name": "Ski Trip", "members": slices.Repeat([]string{"bob@example.com"}, 51)}, "/members", "max_items"},
		{"GroupLowerCaseCurrency", "POST", groups, object{"name": "Ski Trip", "members": []string{}, "currency": "usd"}, "/currency", "pattern"},
		{"GroupNoSuchCurrency", "POST", groups, object{"name": "Ski Trip", "members": []string{}, "currency": "ABC"}, "/currency", "unknown"},
		{"CardNoProduct", "POST", cards, object{}, "/productId", "required"},
		{"CardNoSuchProduct", "POST", cards, object{"productId": uuid.NewString()}, "/productId", "unknown"},
		{"CardShortLastFour", "POST", cards, card("lastFour", "100"), "/lastFour", "min_length"},
		{"CardLettersAsLastFour", "POST", cards, card("lastFour", "10a5"), "/lastFour", "pattern"},
		{"CardNumberAsLastFour", "POST", cards, card("lastFour", "4111111111111111"), "/lastFour", "max_length"},
		{"CardNumberAsName", "POST", "/api/auth/signup", object{"name": "4111_1111_1111_1111", "email": "card@example.com", "password": "correct horse battery"}, "/name", "card_number"},
		{"CardNumberAsNickname", "POST", cards, card("nickname", "my 4111 1111 1111 1111"), "/nickname", "card_number"},
		{"CardNicknameOfHardSpaces", "POST", cards, card("nickname", "\u00a0"), "/nickname", "min_length"},
		{"CardNegativeLimit", "POST", cards, card("limit", object{"amount": -1, "currency": "USD"}), "/limit/amount", "minimum"},
		{"CardOtherCurrency", "POST", cards, card("limit", object{"amount": 1, "currency": "EUR"}), "/limit/currency", "currency"},
		{"CardFractionOfACent", "POST", cards, card("balance", object{"amount": 1.5, "currency": "USD"}), "/balance/amount", "type"},
		{"CardAmountAsText", "POST", cards, card("balance", object{"amount": "100", "currency": "USD"}), "/balance/amount", "type"},
		{"CardAmountNoCurrency", "POST", cards, card("balance", object{"amount": 100}), "/balance/currency", "required"},
		{"CardAmountBeyondExactFloats", "POST", cards, card("balance", object{"amount": int64(9007199254740992), "currency": "USD"}), "/balance/amount", "maximum"},
		{"CardAmountBeyondInt64", "POST", cards, raw(fmt.Sprintf(`{"productId": %q, "balance": {"amount": 9223372036854775808, "currency": "USD"}}`, product)), "/balance/amount", "maximum"},
		{"CardAmountBeyondEverything", "POST", cards, raw(fmt.Sprintf(`{"productId": %q, "balance": {"amount": 1e400, "currency": "USD"}}`, product)), "/balance/amount", "type"},
		{"CardPointValueTooHigh", "POST", cards, card("pointValue", 1001), "/pointValue", "maximum"},
		{"CardChoiceNotOffered", "POST", cards, card("choices", []string{"dining"}), "/choices", "choices"},
		{"CardNumberAsLimit", "POST", cards, card("limit", object{"amount": int64(4111111111111111), "currency": "USD"}), "/limit/amount", "card_number"},
		{"CardNumberAsBalance", "POST", cards, card("balance", object{"amount": int64(-4111111111111111), "currency": "USD"}), "/balance/amount", "card_number"},
		{"CardNumberAsChoice", "POST", cards, card("choices", []string{"4111111111111111"}), "/choices/0", "pattern"},
		{"CardNumberAsActivation", "POST", cards, card("activations", []string{"4111111111111111"}), "/activations/0", "pattern"},
		{"CardNumberAsPointValue", "POST", cards, card("pointValue", int64(4111111111111111)), "/pointValue", "maximum"},
		{"CardNumberAsProduct", "POST", cards, object{"productId": "4111111111111111"}, "/productId", "format"},
		{"CardSecurityCodeAsNickname", "POST", cards, card("nickname", "Visa, CVV: 123"), "/nickname", "security_code"},
		{"CardSecurityCodeField", "POST", cards, card("cvv", "123"), "/cvv", "unknown"},
		{"CardActivationNotOffered", "POST", cards, card("activations", []string{"2026-Q4"}), "/activations", "activations"},
		{"CardActivationOfNoQuarter", "POST", cards, card("activations", []string{"2026-Q5"}), "/activations/0", "pattern"},
		{"RecommendNoAmount", "POST", recommend, object{"merchant": "Costco"}, "/amount", "required"},
		{"RecommendNothing", "POST", recommend, object{"amount": object{"amount": 0, "currency": "USD"}, "merchant": "Costco"}, "/amount/amount", "minimum"},
		{"RecommendNowhere", "POST", recommend, object{"amount": dollars86}, "/merchant", "required"},
		{"RecommendHardSpaces", "POST", recommend, object{"amount": dollars86, "merchant": "\u00a0"}, "/merchant", "required"},
		{"RecommendNoSuchCategory", "POST", recommend, object{"amount": dollars86, "category": "food"}, "/category", "unknown"},
		{"RecommendNoSuchCurrency", "POST", recommend, object{"amount": object{"amount": 1, "currency": "XXQ"}, "category": "gas"}, "/amount/currency", "unknown"},
		{"RecommendNoSuchDay", "POST", recommend, object{"amount": dollars86, "category": "gas", "date": "2026-02-30"}, "/date", "format"},
		{"RecommendFarDay", "POST", recommend, object{"amount": dollars86, "category": "gas", "date": "2028-01-01"}, "/date", "range"},
		{"RecommendLongAgo", "POST", recommend, object{"amount": dollars86, "category": "gas", "date": "1999-12-31"}, "/date", "range"},
		{"RecommendNoSuchRules", "POST", recommend, object{"amount": dollars86, "category": "gas", "ruleVersion": "r2-000000000000000000000000"}, "/ruleVersion", "unknown"},
		{"RecommendMadeUpRules", "POST", recommend, object{"amount": dollars86, "category": "gas", "ruleVersion": "latest"}, "/ruleVersion", "pattern"},
		{"RecommendCardNumberAsMerchant", "POST", recommend, object{"amount": dollars86, "merchant": "Costco 4111 1111 1111 1111"}, "/merchant", "card_number"},
		{"RecommendSecurityCodeAsMerchant", "POST", recommend, object{"amount": dollars86, "merchant": "Costco, cvv 123"}, "/merchant", "security_code"},
		{"RecommendCardNumberAsAmount", "POST", recommend, object{"amount": object{"amount": int64(4111111111111111), "currency": "USD"}, "category": "gas"}, "/amount/amount", "card_number"},
		{"RecommendCardNumberAsDate", "POST", recommend, object{"amount": dollars86, "category": "gas", "date": "4111111111111111"}, "/date", "format"},
		{"CardManyChoices", "POST", cards, card("choices", slices.Repeat([]string{"dining"}, 11)), "/choices", "max_items"},
		{"SettingsUnknownPart", "PATCH", "/api/settings", object{"preferences": object{"sounds": object{}}}, "/preferences/sounds", "unknown"},
		{"SettingsReadOnlyPart", "PATCH", "/api/settings", object{"account": object{"emailVerified": true}}, "/account", "unknown"},
		{"SettingsNull", "PATCH", "/api/settings", display("theme", nil), "/preferences/display/theme", "enum"},
		{"SettingsOtherTheme", "PATCH", "/api/settings", display("theme", "pink"), "/preferences/display/theme", "enum"},
		{"SettingsNoSuchCurrency", "PATCH", "/api/settings", display("currency", "XXQ"), "/preferences/display/currency", "unknown"},
		{"SettingsNoSuchZone", "PATCH", "/api/settings", display("timeZone", "Mars/Base"), "/preferences/display/timeZone", "unknown"},
		{"SettingsZoneOfTheServer", "PATCH", "/api/settings", display("timeZone", "Local"), "/preferences/display/timeZone", "unknown"},
		{"SettingsZoneFromAFile", "PATCH", "/api/settings", display("timeZone", "../../../etc/passwd"), "/preferences/display/timeZone", "unknown"},
		{"SettingsPush", "PATCH", "/api/settings", object{"preferences": object{"notifications": object{"push": true}}}, "/preferences/notifications/push", "unavailable"},
		{"SettingsTextAsBoolean", "PATCH", "/api/settings", object{"preferences": object{"ai": object{"enabled": "false"}}}, "/preferences/ai/enabled", "type"},
	} {
		t.Run(bad.name, func(t *testing.T) {
			t.Parallel()
			problem := dana.in(t).call(bad.method, bad.path, bad.body).refused(422, api.ProblemCodeInvalidRequest, bad.pointer)
			require.Equal(t, bad.code, problem.Errors[0].Code)
		})
	}
}

// A number may be written in ways that no integer of ours is; it is refused, however large, and refused quickly.
func TestNumbersAreWrittenPlainly(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	product := dana.product("Blue Cash Preferred").ID
	s.staysAsItIs(t)
	for _, number := range []string{"1e3", "100.0", "-0.0", "1e-999999999", "1e999999999", strings.Repeat("9", 900_000), "0x10", "NaN", "Infinity", "+1", "01", "1_000"} {
		answer := dana.post("/api/cards", raw(fmt.Sprintf(`{"productId": %q, "balance": {"amount": %s, "currency": "USD"}}`, product, number)))
		require.Contains(t, []int{400, 422}, answer.status, "%.20s", number)
	}
}

func TestEveryFaultIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	s.anonymous(t).post("/api/auth/signup", object{"name": "", "email": "x", "pass": "y"}).
		refused(422, api.ProblemCodeInvalidRequest, "/email", "/name", "/pass", "/password")
	dana := s.signUp(t, "Dana Kim")
	dana.post("/api/cards", object{
		"productId": dana.product("Blue Cash Preferred").ID, "nickname": "4111111111111111", "choices": []string{"gas"},
		"limit": object{"amount": 1, "currency": "EUR"}, "balance": object{"amount": 1, "currency": "EUR"},
	}).refused(422, api.ProblemCodeInvalidRequest, "/balance/currency", "/choices", "/limit/currency", "/nickname")
}

// encoding/json matches keys without regard to case: a second decoding after validation would let EMAIL replace the
// email that was checked.
func TestKeysOfAnotherCaseAreUnknown(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	nobody.post("/api/auth/signup", raw(`{"name": "Eve Moss", "email": "eve@example.com", "EMAIL": "mallory@example.com", "password": "correct horse battery"}`)).
		refused(422, api.ProblemCodeInvalidRequest, "/EMAIL")
	nobody.post("/api/auth/signup", raw(`{"name": "Eve Moss", "Email": "eve@example.com", "password": "correct horse battery"}`)).
		refused(422, api.ProblemCodeInvalidRequest, "/Email", "/email")
	require.Zero(t, s.count(t, "users"))
}

func TestParameters(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	otherCursor := *cursorOf(dana.get("/api/card-products?limit=1"))
	for _, bad := range []struct {
		name, target, pointer, code string
	}{
		{"UnknownQuery", "/api/chats?page=2", "page", "unknown"},
		{"CaseOfQuery", "/api/chats?Limit=2", "Limit", "unknown"},
		{"TokenInTheAddress", "/api/session?access_token=x", "access_token", "unknown"},
		{"RepeatedQuery", "/api/chats?limit=1&limit=2", "limit", "repeated"},
		{"LimitOfNothing", "/api/chats?limit=0", "limit", "minimum"},
		{"LimitTooHigh", "/api/chats?limit=101", "limit", "maximum"},
		{"LimitBelowZero", "/api/chats?limit=-1", "limit", "minimum"},
		{"LimitOfWords", "/api/chats?limit=ten", "limit", "type"},
		{"LimitOfAFraction", "/api/chats?limit=1.5", "limit", "type"},
		{"LimitBeyondInt64", "/api/chats?limit=99999999999999999999", "limit", "type"},
		{"EmptySearch", "/api/chats?q=", "q", "min_length"},
		{"LongSearch", "/api/chats?q=" + strings.Repeat("a", 101), "q", "max_length"},
		{"NulInSearch", "/api/chats?q=a%00b", "q", "format"},
		{"BrokenSearch", "/api/chats?q=%ff%fe", "q", "format"},
		{"BrokenProductSearch", "/api/card-products?q=%ff", "q", "format"},
		{"CardNumberInProductSearch", "/api/card-products?q=4111111111111111", "q", "card_number"},
		{"MadeUpCursor", "/api/chats?cursor=made-up", "cursor", "unknown"},
		{"EmptyCursor", "/api/chats?cursor=", "cursor", "min_length"},
		{"LongCursor", "/api/chats?cursor=" + strings.Repeat("a", 513), "cursor", "max_length"},
		{"CursorOfNull", "/api/chats?cursor=bnVsbA", "cursor", "unknown"},
		{"CursorOfNothing", "/api/chats?cursor=e30", "cursor", "unknown"},
		{"CursorOfAnArray", "/api/chats?cursor=W10", "cursor", "unknown"},
		{"CursorOfAnotherList", "/api/chats?cursor=" + otherCursor, "cursor", "unknown"},
		{"CursorOfAnotherListOfMessages", "/api/chats/" + chat + "/messages?cursor=" + otherCursor, "cursor", "unknown"},
		{"CursorWithATail", "/api/card-products?cursor=" + otherCursor + "e30", "cursor", "unknown"},
		{"CursorWithNul", "/api/card-products?cursor=" + encodeCursor(`{"s":"a\u0000","n":"","i":"00000000-0000-0000-0000-000000000000"}`), "cursor", "unknown"},
		{"NoSuchMonth", "/api/insights/summary?month=2026-13", "month", "pattern"},
		{"MonthOfADay", "/api/insights/summary?month=2026-02-30", "month", "pattern"},
		{"MonthOfWords", "/api/insights/summary?month=february", "month", "pattern"},
		{"BadChatID", "/api/chats/1", "chatId", "format"},
		{"ChatIDInBraces", "/api/chats/%7B" + chat + "%7D", "chatId", "format"},
		{"ChatIDWithoutDashes", "/api/chats/" + strings.ReplaceAll(chat, "-", ""), "chatId", "format"},
		{"ChatIDAsURN", "/api/chats/urn:uuid:" + chat, "chatId", "format"},
		{"BadMessageID", "/api/chats/" + chat + "/messages/last", "messageId", "format"},
		{"BadGroupID", "/api/groups/mine", "groupId", "format"},
		{"EncodedSlash", "/api/chats/" + chat + "%2Fmessages", "chatId", "format"},
	} {
		t.Run(bad.name, func(t *testing.T) {
			t.Parallel()
			problem := dana.in(t).get(bad.target).refused(422, api.ProblemCodeInvalidRequest, bad.pointer)
			require.Equal(t, bad.code, problem.Errors[0].Code)
		})
	}
	dana.delete("/api/accounts/mine").refused(422, api.ProblemCodeInvalidRequest, "accountId")
	dana.delete("/api/cards/mine").refused(422, api.ProblemCodeInvalidRequest, "cardId")
	dana.get("/api/chats?q=%zz").refused(422, api.ProblemCodeInvalidRequest)
	dana.get("/api/chats?a;b").refused(422, api.ProblemCodeInvalidRequest)
	dana.get("/api/settings", "If-None-Match", strings.Repeat("x", 201)).refused(422, api.ProblemCodeInvalidRequest, "If-None-Match")
	dana.patchSettings(object{}, "If-Match", strings.Repeat("x", 201)).refused(422, api.ProblemCodeInvalidRequest, "If-Match")
	dana.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}, "Prefer", strings.Repeat("x", 201)).
		refused(422, api.ProblemCodeInvalidRequest, "Prefer")
}
