package knot

import (
	"encoding/json"
	"net/http"
)

// order is what /_control/ can be told to do. Everything is optional; what is there is done in this order.
type order struct {
	Faults  []Fault `json:"faults"`  // see Fault
	Heal    bool    `json:"heal"`    // takes back all faults, and what was said of webhooks before
	Lose    int     `json:"lose"`    // the next webhooks are lost; -1 loses all from now on
	Double  int     `json:"double"`  // the next webhooks come twice
	Hold    int     `json:"hold"`    // the next webhooks come after the one behind them
	Login   *login  `json:"login"`   // what the browser SDK would do
	Bought  *bought `json:"bought"`  // new transactions, with their webhook
	Lost    *place  `json:"lost"`    // an account that needs a new login
	Down    int64   `json:"down"`    // a merchant that cannot be linked any more
	Up      int64   `json:"up"`      // and one that can again
	Changed *change `json:"changed"` // a transaction gets another status, with its webhook
}

type login struct {
	SessionID  string `json:"sessionId"`
	MerchantID int64  `json:"merchantId"`
}

type place struct {
	UserRef    string `json:"userRef"`
	MerchantID int64  `json:"merchantId"`
}

type bought struct {
	place

	Count int `json:"count"`
}

type change struct {
	place

	ID     string `json:"id"`
	Status string `json:"status"`
}

// control serves POST /_control/do, which is for tests and demonstrations.
func (s *Simulator) control(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/_control/do" {
		http.NotFound(w, r)
		return
	}
	var wanted order
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wanted); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"message": "The order could not be read."})
		return
	}
	if wanted.Heal {
		s.Heal()
		s.HealWebhooks()
	}
	s.Fail(wanted.Faults...)
	for counter, do := range map[*int]func(int){&wanted.Lose: s.Lose, &wanted.Double: s.Double, &wanted.Hold: s.Hold} {
		if *counter != 0 {
			do(*counter)
		}
	}
	if wanted.Login != nil {
		if err := s.Login(r.Context(), wanted.Login.SessionID, wanted.Login.MerchantID); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"message": err.Error()})
			return
		}
	}
	s.carryOut(wanted)
	writeJSON(w, http.StatusOK, map[string]any{"message": "Success", "violations": s.Violations()})
}

func (s *Simulator) carryOut(wanted order) {
	if b := wanted.Bought; b != nil {
		have := len(s.Transactions(b.UserRef, b.MerchantID))
		s.Add(b.UserRef, b.MerchantID, Made(b.UserRef, b.MerchantID, s.config.Now(), have, max(1, b.Count))...)
		s.EmitNew(b.UserRef, b.MerchantID)
	}
	if c := wanted.Changed; c != nil {
		s.Change(c.UserRef, c.MerchantID, c.ID, func(t *Transaction) { t.OrderStatus = c.Status })
		s.EmitUpdated(c.UserRef, c.MerchantID, c.ID)
	}
	if wanted.Lost != nil {
		s.Disconnect(wanted.Lost.UserRef, wanted.Lost.MerchantID)
	}
	if wanted.Down != 0 {
		s.SetDown(wanted.Down, true)
	}
	if wanted.Up != 0 {
		s.SetDown(wanted.Up, false)
	}
}
