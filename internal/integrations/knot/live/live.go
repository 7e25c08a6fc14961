// Package live links merchant accounts through the Knot API. It speaks the vendor's wire format and nothing else of it:
// what comes back are the types of the domain, in minor units and UTC.
package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/lattice-money/lattice/gen/vendors/knot"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
)

// sessionLifetime is how long the vendor keeps a session open, and how much longer each extension does.
const sessionLifetime = 30 * time.Minute

// pageSize is how many orders are asked for at once; the vendor's most, and always said: its default was 5 once.
const pageSize = 100

// Config says where the vendor is and who we are there.
type Config struct {
	BaseURL     string
	ClientID    string
	Secret      string
	Environment string // development or production, as the browser SDK wants it
	// Transport carries the requests; nil is the usual one.
	Transport http.RoundTripper
	Patience  Patience
	// Logger hears of orders that are left out, by their ids; nil is none.
	Logger *slog.Logger
}

// Patience is how often a call is tried, and how long a vendor that does not answer well is left alone. The zero value is
// what production wants.
type Patience struct {
	Attempts     int
	BreakerDelay time.Duration
}

// Client implements accounts.Linker. It is safe for concurrent use.
type Client struct {
	config  Config
	clock   clock.Clock
	log     *slog.Logger
	api     *knot.Client
	gate    *gate
	retries retrypolicy.RetryPolicy[[]byte]
}

var _ accounts.Linker = (*Client)(nil)

// New checks the configuration; it does not connect.
func New(config Config, clk clock.Clock) (*Client, error) {
	if clk == nil {
		return nil, errors.New("live: New wants a clock")
	}
	base, err := url.Parse(config.BaseURL)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, errors.New("live: BaseURL is no http address")
	}
	if config.ClientID == "" || config.Secret == "" {
		return nil, errors.New("live: ClientID and Secret are required")
	}
	if config.Environment != "development" && config.Environment != "production" {
		return nil, errors.New("live: Environment is development or production")
	}
	client := &Client{
		config: config, clock: clk, log: config.Logger, gate: newGate(clk, config.Patience), retries: newRetries(config.Patience),
	}
	if client.log == nil {
		client.log = slog.New(slog.DiscardHandler)
	}
	transport := config.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout: connectTimeout, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
		}
	}
	client.api, err = knot.NewClient(config.BaseURL, knot.WithRequestEditorFn(client.sign), knot.WithHTTPClient(&http.Client{
		Transport: transport,
		// A redirect would take our credentials elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	return client, nil
}

func (c *Client) sign(_ context.Context, request *http.Request) error {
	request.SetBasicAuth(c.config.ClientID, c.config.Secret)
	request.Header.Set("Knot-Version", "2.0")
	request.Header.Set("Accept", "application/json")
	return nil
}

var errNoUserRef = errors.New("live: userRef is empty")

// StartSession implements accounts.Sessions. It may be repeated: a session nobody opens is left to expire.
func (c *Client) StartSession(ctx context.Context, userRef, product, cardID string) (accounts.LinkSession, error) {
	if userRef == "" {
		return accounts.LinkSession{}, errNoUserRef
	}
	request := knot.CreateSessionRequest{ExternalUserID: userRef}
	switch {
	case product == accounts.ProductTransactions:
		request.Type = knot.CreateSessionRequestTypeTransactionLink
	case product == accounts.ProductCardSwitcher && cardID != "":
		request.Type, request.CardID = knot.CreateSessionRequestTypeCardSwitcher, &cardID
	case product == accounts.ProductCardSwitcher:
		return accounts.LinkSession{}, errors.New("live: the card switcher wants a card")
	default:
		return accounts.LinkSession{}, fmt.Errorf("live: unknown product %q", product)
	}
	var session knot.Session
	err := c.repeatable(ctx, "createSession", func(ctx context.Context) (*http.Response, error) {
		return c.api.CreateSession(ctx, request)
	}, &session)
	if err != nil {
		return accounts.LinkSession{}, err
	}
	if session.Session == "" {
		return accounts.LinkSession{}, fmt.Errorf("%w: createSession: no session", ErrMisfit)
	}
	return accounts.LinkSession{
		ID: session.Session, Environment: c.config.Environment, ClientID: c.config.ClientID,
		ExpiresAt: c.clock.Now().Add(sessionLifetime),
	}, nil
}

// ExtendSession implements accounts.Sessions.
func (c *Client) ExtendSession(ctx context.Context, _, sessionID string) (time.Time, error) {
	err := c.repeatable(ctx, "extendSession", func(ctx context.Context) (*http.Response, error) {
		return c.api.ExtendSession(ctx, knot.ExtendSessionRequest{SessionID: sessionID})
	}, nil)
	if has(err, "SESSION_NOT_FOUND", "EXTEND_NOT_SUPPORTED") {
		return time.Time{}, fmt.Errorf("%w: %w", accounts.ErrSessionOver, err)
	}
	return c.clock.Now().Add(sessionLifetime), err
}

// Merchants implements accounts.Sessions.
func (c *Client) Merchants(ctx context.Context, product string) ([]accounts.VendorMerchant, error) {
	request, platform := knot.ListMerchantsRequest{}, knot.ListMerchantsRequestPlatformWeb
	request.Platform = &platform
	switch product {
	case accounts.ProductTransactions:
		request.Type = knot.ListMerchantsRequestTypeTransactionLink
	case accounts.ProductCardSwitcher:
		request.Type = knot.ListMerchantsRequestTypeCardSwitcher
	default:
		return nil, fmt.Errorf("live: unknown product %q", product)
	}
	listed := oneOrMany{name: "merchants"}
	err := c.repeatable(ctx, "listMerchants", func(ctx context.Context) (*http.Response, error) {
		return c.api.ListMerchants(ctx, request)
	}, &listed)
	if err != nil {
		return nil, err
	}
	merchants := make([]accounts.VendorMerchant, 0, len(listed.list))
	for _, raw := range listed.list {
		var told merchant
		if json.Unmarshal(raw, &told) == nil && told.ID.id() > 0 && told.Name != "" {
			merchants = append(merchants, accounts.VendorMerchant{
				ID: told.ID.id(), Name: label(told.Name, 200), LogoURL: webAddress(told.Logo, "https"),
			})
		}
	}
	if len(merchants) == 0 && len(listed.list) > 0 {
		return nil, fmt.Errorf("%w: listMerchants: no merchants", ErrMisfit)
	}
	slices.SortFunc(merchants, func(a, b accounts.VendorMerchant) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(merchants, func(a, b accounts.VendorMerchant) bool { return a.ID == b.ID }), nil
}

// Mock implements accounts.Links.
func (c *Client) Mock() bool { return false }

// LinkedAccounts implements accounts.Links. An answer that names an account of nobody knows which merchant is not used at
// all: whichever it leaves out would be taken for unlinked.
func (c *Client) LinkedAccounts(ctx context.Context, userRef string) ([]accounts.VendorAccount, error) {
	if userRef == "" {
		return nil, errNoUserRef
	}
	var listed oneOrMany
	err := c.repeatable(ctx, "getAccounts", func(ctx context.Context) (*http.Response, error) {
		return c.api.GetAccounts(ctx, &knot.GetAccountsParams{ExternalUserID: userRef})
	}, &listed)
	switch {
	case has(err, "USER_NOT_FOUND"):
		return nil, fmt.Errorf("%w: %w", accounts.ErrUserUnknown, err)
	case has(err, "MERCHANT_ACCOUNT_NOT_FOUND"):
		return []accounts.VendorAccount{}, nil
	case err != nil:
		return nil, err
	}
	linked := make([]accounts.VendorAccount, 0, len(listed.list))
	for _, raw := range listed.list {
		var told account
		if json.Unmarshal(raw, &told) != nil || told.Merchant.ID.id() == 0 {
			return nil, fmt.Errorf("%w: getAccounts: an account without a merchant", ErrMisfit)
		}
		linked = append(linked, fromKnotAccount(told))
	}
	slices.SortFunc(linked, func(a, b accounts.VendorAccount) int { // of one that comes twice, the one that can be read
		return cmp.Or(cmp.Compare(a.MerchantID, b.MerchantID), compareBool(a.LoginLost, b.LoginLost), compareBool(b.Cards, a.Cards))
	})
	return slices.CompactFunc(linked, func(a, b accounts.VendorAccount) bool { return a.MerchantID == b.MerchantID }), nil
}

// compareBool sorts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func fromKnotAccount(told account) accounts.VendorAccount {
	name := label(told.Merchant.Name, 200)
	linked := accounts.VendorAccount{
		MerchantID: told.Merchant.ID.id(), MerchantName: name, AccountName: strings.TrimSpace(name + " account"),
		Transactions: true, LoginLost: strings.EqualFold(string(told.Connection.Status), "disconnected"),
	}
	for _, scope := range told.Connection.Scopes {
		linked.Cards = linked.Cards || scope.Type == "update_card"
	}
	return linked
}

// Unlink implements accounts.Links.
func (c *Client) Unlink(ctx context.Context, userRef string, merchantID int64) error {
	if userRef == "" {
		return errNoUserRef
	}
	err := c.repeatable(ctx, "unlinkAccount", func(ctx context.Context) (*http.Response, error) {
		return c.api.UnlinkAccount(ctx, knot.MerchantAccountRequest{ExternalUserID: userRef, MerchantID: merchantID})
	}, nil)
	if has(err, "MERCHANT_ACCOUNT_NOT_FOUND", "USER_NOT_FOUND") {
		return nil
	}
	return err
}

// DeleteUser implements accounts.Links.
func (c *Client) DeleteUser(ctx context.Context, userRef string) error {
	if userRef == "" {
		return errNoUserRef
	}
	err := c.repeatable(ctx, "deleteUser", func(ctx context.Context) (*http.Response, error) {
		return c.api.DeleteUser(ctx, knot.DeleteUserRequest{ExternalUserID: userRef})
	}, nil)
	if has(err, "USER_NOT_FOUND") {
		return nil
	}
	return err
}

// OrderPage implements accounts.OrderReader. An order that cannot be read is left out and logged, so that it does not keep
// the others from being read.
func (c *Client) OrderPage(ctx context.Context, userRef string, merchantID int64, cursor string) (accounts.OrderPage, error) {
	if userRef == "" {
		return accounts.OrderPage{}, errNoUserRef
	}
	limit := pageSize
	request := knot.SyncTransactionsRequest{ExternalUserID: userRef, MerchantID: merchantID, Limit: &limit}
	if cursor != "" {
		request.Cursor = &cursor
	}
	var page transactionPage
	err := c.repeatable(ctx, "syncTransactions", func(ctx context.Context) (*http.Response, error) {
		return c.api.SyncTransactions(ctx, request)
	}, &page)
	switch {
	case has(err, "NO_TRANSACTIONS"): // an empty list in other words
		return accounts.OrderPage{}, nil
	case err != nil:
		return accounts.OrderPage{}, fmt.Errorf("%w", ordersError(err))
	}
	if page.Transactions == nil || !page.NextCursor.keepable() {
		return accounts.OrderPage{}, fmt.Errorf("%w: syncTransactions: no page", ErrMisfit)
	}
	result := accounts.OrderPage{Orders: make([]accounts.Order, 0, len(page.Transactions)), Next: string(page.NextCursor)}
	for _, raw := range page.Transactions {
		told, id, err := readTransaction(raw)
		if err != nil {
			c.log.WarnContext(ctx, "order left out", "merchant_id", merchantID, "order_id", id, "error", err)
			continue
		}
		result.Orders = append(result.Orders, fromKnotTransaction(told))
	}
	return result, nil
}

// ordersError says in the domain's words why orders are not answered.
func ordersError(err error) error {
	for code, meaning := range map[string]error{
		"MERCHANT_ACCOUNT_NOT_FOUND": accounts.ErrNotLinked, "USER_NOT_FOUND": accounts.ErrNotLinked,
		"MERCHANT_ACCOUNT_DISCONNECTED": accounts.ErrLoginRequired, "INVALID_CURSOR_FORMAT": accounts.ErrCursorRefused,
		"NO_ACCESS": accounts.ErrNoAccess, "PRODUCT_NOT_ENABLED": accounts.ErrNoAccess,
		"TRANSACTION_NOT_FOUND": accounts.ErrOrderUnknown,
	} {
		if has(err, code) {
			return fmt.Errorf("%w: %w", meaning, err)
		}
	}
	return err
}

// Order implements accounts.OrderReader. The vendor's answer names neither user nor merchant: callers ask only for orders
// it told of before as this account's. One that is answered and cannot be read is as good as none: asking for it again would
// change nothing, and keep the others waiting.
func (c *Client) Order(ctx context.Context, userRef string, merchantID int64, vendorID string) (accounts.Order, error) {
	if userRef == "" {
		return accounts.Order{}, errNoUserRef
	}
	var raw json.RawMessage
	err := c.repeatable(ctx, "getTransaction", func(ctx context.Context) (*http.Response, error) {
		return c.api.GetTransaction(ctx, vendorID)
	}, &raw)
	if isNone(err) {
		return accounts.Order{}, fmt.Errorf("%w: %w", accounts.ErrOrderUnknown, err)
	}
	if err != nil {
		return accounts.Order{}, ordersError(err)
	}
	told, id, err := readTransaction(raw)
	if err == nil && id != vendorID {
		err = fmt.Errorf("%w: getTransaction: another transaction", ErrMisfit)
	}
	if err != nil {
		c.log.WarnContext(ctx, "order left out", "merchant_id", merchantID, "order_id", vendorID, "error", err)
		return accounts.Order{}, fmt.Errorf("%w: %w", accounts.ErrOrderUnknown, err)
	}
	return fromKnotTransaction(told), nil
}

// isNone reports whether the one field of a question about an order is refused, or its path: there is no order of that id.
func isNone(err error) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && (refusal.Code == "INVALID_FIELD" || (refusal.Code == "" && refusal.Status == http.StatusNotFound))
}

// CardKey implements accounts.CardSender.
func (c *Client) CardKey(ctx context.Context) (accounts.CardKey, error) {
	var key knot.Key
	err := c.repeatable(ctx, "getKey", func(ctx context.Context) (*http.Response, error) { return c.api.GetKey(ctx) }, &key)
	if err != nil {
		return accounts.CardKey{}, err
	}
	if key.Kty != "RSA" || key.N == "" || key.E == "" {
		return accounts.CardKey{}, fmt.Errorf("%w: getKey: no RSA key", ErrMisfit)
	}
	known := accounts.CardKey{
		Kty: key.Kty, Alg: cmp.Or(orEmpty(key.Alg), "RSA-OAEP-256"), Use: cmp.Or(orEmpty(key.Use), "enc"), Kid: orEmpty(key.Kid),
		N: key.N, E: key.E, KeyOps: []string{"encrypt"},
	}
	if key.KeyOps != nil && len(*key.KeyOps) > 0 {
		known.KeyOps = *key.KeyOps
	}
	return known, nil
}

// SendCard implements accounts.CardSender. It is never repeated: whether the vendor has taken the card is not known after
// a failure, and the task has seconds to live.
func (c *Client) SendCard(ctx context.Context, userRef, taskID, jwe string) (string, error) {
	if userRef == "" {
		return "", errNoUserRef
	}
	err := c.once(ctx, "sendCard", func(ctx context.Context) (*http.Response, error) {
		return c.api.SendCard(ctx, knot.SendCardRequest{TaskID: taskID, Jwe: jwe})
	}, nil)
	if has(err, "INVALID_JWE") {
		return "", fmt.Errorf("%w: %w", accounts.ErrCardRefused, err)
	}
	if has(err, "INVALID_FIELD") { // of which there is one beside the card
		return "", fmt.Errorf("%w: %w", accounts.ErrTaskOver, err)
	}
	return "", err
}
