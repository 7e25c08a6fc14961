// Package knot is a stand-in for Knot's servers: it speaks their wire format, holds each request to the vendor's contract,
// keeps users, sessions, accounts, transactions and cursors, really sends signed webhooks, and misbehaves on demand. Where
// the vendor's documentation leaves a question open, Readings says which answer is played.
//
// What stands in for the browser SDK and for the dashboard lives under /_control/.
package knot

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Readings choose between answers the documentation leaves open. The zero value is the best guess to each.
//
// Not played, since no request of ours could tell: whether a URL that fails holds up the others (U16, there is one), the
// host that takes cards in clear (U17, it is no part of the contract, and a card only ever comes encrypted), and the former
// paths of Detect (U19, another product). How often Knot looks at merchants by itself (U24) is whoever calls Add and EmitNew.
type Readings struct {
	FinalCursor        bool   // U1: the page that ends the data carries a cursor too, and only the empty one after it carries none
	StaleCursors       bool   // U1: a cursor is refused once its walk has come to the end
	SmallLimit         bool   // U2: a page asked for without a limit holds 5, not 100
	EmptyIsAnError     bool   // U3: no transactions is the error NO_TRANSACTIONS, not an empty page
	NotFoundIs404      bool   // U4: what is not there is 404, not 400
	DisconnectedSync   bool   // U5: sync of a disconnected account is MERCHANT_ACCOUNT_DISCONNECTED, not what is stored
	WrappedMerchants   bool   // U6: merchant/list answers {"merchants":[...]}
	NoEncryptionType   bool   // U7: webhooks have no Encryption-Type header
	CharsetSuffix      bool   // U8: webhooks are sent as application/json; charset=utf-8
	LengthInCharacters bool   // U9: the length that is signed counts characters, not bytes
	NullSession        bool   // U10: events without a session carry session_id null
	EmptyIsSigned      bool   // U10: a session that is null or empty is signed as one with an empty id
	NullDevSession     bool   // U11: AUTHENTICATED of an account linked for development carries session_id null
	BareData           bool   // U12: the data of AUTHENTICATED is {"card_id":"","metadata":{}} where no card is wanted
	Seconds            bool   // U13: timestamps are in seconds
	BareLimits         bool   // U14: 429 comes without Retry-After and without JSON
	LateTask400        bool   // U18: a task that is over is refused at once, not by CARD_FAILED
	UnknownTaskTaken   bool   // U18: a card for a task there is none of is taken, and nothing comes of it
	Lifecycle          string // U20: lifecycle.status and last_user_action.status of accounts; null where it is empty
	Loyalty            any    // U21: what transactions carry as loyalty; nothing where it is nil
	TellUnlinks        bool   // U22: an account that is unlinked or deleted has ACCOUNT_LOGIN_REQUIRED sent
	StrictFields       bool   // U23: a field the contract does not have is refused
	NoOffset           bool   // times come without an offset
	StrangerFields     bool   // fields, enum values and events nobody has documented yet
}

// Contract is a vendor's contract that was read. Any number of simulators may hold their requests to one.
type Contract struct{ router routers.Router }

// ReadContract reads a contract: OpenAPI in YAML.
func ReadContract(document []byte) (*Contract, error) {
	read, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("knot: read contract: %w", err)
	}
	read.Servers = nil // paths alone decide
	router, err := legacy.NewRouter(read)
	if err != nil {
		return nil, fmt.Errorf("knot: route contract: %w", err)
	}
	return &Contract{router: router}, nil
}

// Config is what a simulator is made of.
type Config struct {
	Contract []byte    // the vendor's contract, OpenAPI in YAML; every request is held to it
	Read     *Contract // the same, read before, in place of Contract: reading takes a moment
	ClientID string
	Secret   string
	Now      func() time.Time
	Log      *slog.Logger // nil logs nothing
	// WebhookURL is where webhooks are sent; empty sends none.
	WebhookURL string
	// WebhookPause is between the attempts of one webhook; the vendor's few minutes when zero.
	WebhookPause time.Duration
	// Client sends the webhooks; nil is one that waits ten seconds, as the vendor does.
	Client *http.Client
	// CardWindow is how long a card may take after its AUTHENTICATED; 15 seconds when zero.
	CardWindow time.Duration
	// AutoLogin links these merchants to every session that is opened, as if a person had; for demonstrations.
	AutoLogin []int64
	// PageSize bounds a page below what was asked for; 100 when zero.
	PageSize int
	Readings Readings
}

// Simulator is safe for concurrent use.
type Simulator struct {
	config Config
	router routers.Router
	key    *rsa.PrivateKey

	mu         sync.Mutex
	users      map[string]*user
	sessions   map[string]*session
	tasks      map[int64]*task
	merchants  map[int64]*Merchant
	nextRow    int64
	nextTask   int64
	faults     []*Fault
	violations []string
	calls      map[string]int

	hooks *hooks
}

type user struct {
	ref      string
	accounts map[int64]*account
}

type account struct {
	merchant  *Merchant
	connected bool
	cards     bool
	rows      []*row
	ended     bool // the last walk through the rows has come to their end
}

type row struct {
	id          int64
	transaction Transaction
}

type session struct {
	id, ref, kind string
	cardID        *string
	expiresAt     time.Time
	development   bool // no SDK has it: it stands behind an account linked for development
}

// Merchant is one that can be linked.
type Merchant struct {
	ID       int64
	Name     string
	Category string
	Products []string // list types: transaction_link, card_switcher
	Down     bool     // not listed for now
}

const (
	sessionLifetime = 30 * time.Minute
	cardWindow      = 15 * time.Second
	mostLimit       = 100 // and the default of today
	smallLimit      = 5   // the default of once
	maxBody         = 1 << 20
)

// New makes a simulator; Close ends what it does in the background.
func New(config Config) (*Simulator, error) {
	if (len(config.Contract) == 0 && config.Read == nil) || config.Now == nil || config.ClientID == "" || config.Secret == "" {
		return nil, errors.New("knot: New wants a contract, a clock and keys")
	}
	if config.Read == nil {
		read, err := ReadContract(config.Contract)
		if err != nil {
			return nil, err
		}
		config.Read = read
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.CardWindow == 0 {
		config.CardWindow = cardWindow
	}
	if config.PageSize == 0 {
		config.PageSize = mostLimit
	}
	s := &Simulator{
		config: config, router: config.Read.router, users: map[string]*user{}, sessions: map[string]*session{}, tasks: map[int64]*task{},
		merchants: map[int64]*Merchant{}, nextRow: 40_000, nextTask: 90_000, calls: map[string]int{},
	}
	for _, merchant := range known() {
		s.merchants[merchant.ID] = &merchant
	}
	s.hooks = newHooks(config)
	return s, nil
}

// Close stops sending webhooks and waits for those under way.
func (s *Simulator) Close() { s.hooks.close() }

// Violations are the requests that did not meet the contract, so far.
func (s *Simulator) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Calls is how often an operation was called, faults included.
func (s *Simulator) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[operation]
}

// privateKey is made when it is first asked for: it takes a moment.
func (s *Simulator) privateKey() *rsa.PrivateKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err) // the system's source of chance is gone
		}
		s.key = key
	}
	return s.key
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_control/") {
		s.control(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		writeJSON(w, http.StatusBadRequest, refuse("INVALID_REQUEST", "INVALID_FIELD", "The body could not be read."))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := s.router.FindRoute(r)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	operation := route.Operation.OperationID
	fault := s.called(operation, r.Header.Get("Simulate-Fault"))
	recorder := &answer{header: http.Header{}}
	if !fault.before(r.Context(), recorder, s.config.Readings) {
		s.serve(recorder, r, route, params, body)
	}
	fault.after(w, recorder)
}

// serve checks a request as the vendor does and answers it.
func (s *Simulator) serve(w *answer, r *http.Request, route *routers.Route, params map[string]string, body []byte) {
	name, password, ok := r.BasicAuth()
	if !ok || subtle.ConstantTimeCompare([]byte(name+"\n"+password), []byte(s.config.ClientID+"\n"+s.config.Secret)) != 1 {
		denied := refuse("INVALID_INPUT", "INVALID_API_KEYS", "Invalid client_id or secret provided.")
		denied.status = http.StatusUnauthorized
		w.answer(denied)
		return
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, QueryParams: r.URL.Query(), Route: route, Options: options,
	})
	if err != nil {
		s.mu.Lock()
		s.violations = append(s.violations, fmt.Sprintf("%s: %v", route.Operation.OperationID, err))
		s.mu.Unlock()
		w.answer(refuse("INVALID_REQUEST", "INVALID_FIELD", "A required field is missing or invalid."))
		return
	}
	if s.config.Readings.StrictFields {
		if name := stranger(route, body); name != "" {
			w.answer(refuse("INVALID_REQUEST", "INVALID_FIELD", "The "+name+" field is unknown."))
			return
		}
	}
	var request requestBody
	if len(body) > 0 {
		_ = json.Unmarshal(body, &request) // the contract has been checked
	}
	s.work(w, r, route.Operation.OperationID, params, request)
}

// stranger is a field of a request that the contract does not have; empty for none.
func stranger(route *routers.Route, body []byte) string {
	if route.Operation.RequestBody == nil {
		return ""
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(body, &fields)
	known := route.Operation.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties
	for name := range fields {
		if known[name] == nil {
			return name
		}
	}
	return ""
}

func (s *Simulator) work(w *answer, r *http.Request, operation string, params map[string]string, request requestBody) {
	switch operation {
	case "createSession":
		w.answer(s.createSession(r.Context(), request))
	case "extendSession":
		w.answer(s.extendSession(request))
	case "listMerchants":
		w.answer(s.listMerchants(request))
	case "getAccounts":
		merchantID, _ := strconv.ParseInt(r.URL.Query().Get("merchant_id"), 10, 64)
		w.answer(s.getAccounts(r.URL.Query().Get("external_user_id"), merchantID))
	case "unlinkAccount":
		w.answer(s.unlink(request))
	case "deleteUser":
		w.answer(s.deleteUser(request))
	case "syncTransactions":
		w.answer(s.sync(request))
	case "getTransaction":
		w.answer(s.getTransaction(params["id"]))
	case "getKey":
		w.answer(s.publicKey())
	case "sendCard":
		w.answer(s.sendCard(request))
	case "linkDevelopmentAccount":
		w.answer(s.linkDevelopment(request))
	case "disconnectDevelopmentAccount":
		w.answer(s.disconnect(request.ExternalUserID, request.MerchantID))
	default:
		w.answer(refuse("INVALID_REQUEST", "NO_ACCESS", "Please contact Knot for access to this endpoint."))
	}
}

// answer collects what would be sent, so that a fault can spoil it.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) answer(value any) {
	a.status = http.StatusOK
	if refused, ok := value.(*refusal); ok {
		a.status = refused.status
	}
	a.header.Set("Content-Type", "application/json")
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // plain structs
	}
	a.body = body
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	told := &answer{header: w.Header()}
	told.answer(value)
	w.WriteHeader(status)
	_, _ = w.Write(told.body)
}

func refuse(kind, code, message string) *refusal {
	return &refusal{status: http.StatusBadRequest, ErrorType: kind, ErrorCode: code, ErrorMessage: message}
}

func (s *Simulator) notThere(kind, code, message string) *refusal {
	refused := refuse(kind, code, message)
	if s.config.Readings.NotFoundIs404 {
		refused.status = http.StatusNotFound
	}
	return refused
}

var done = map[string]string{"message": "Success"}
