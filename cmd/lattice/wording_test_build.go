//go:build crashpoints

package main

import (
	"os"
	"strconv"
	"time"

	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
)

// wordingVariable slows the wording down, so that a crash test can hit a reply in the middle: "40:5ms" is 40 pieces with
// 5 ms between. Only the test build reads it.
const wordingVariable = "LATTICE_TEST_WORDING"

func testWording() chat.Wording {
	count, delay, found := cutWording(os.Getenv(wordingVariable))
	if !found {
		return nil
	}
	return ai.NewScripted(ai.Script{Count: count, Delay: delay})
}

func cutWording(text string) (count int, delay time.Duration, ok bool) {
	for i := range text {
		if text[i] != ':' {
			continue
		}
		count, err := strconv.Atoi(text[:i])
		if err != nil {
			return 0, 0, false
		}
		delay, err := time.ParseDuration(text[i+1:])
		return count, delay, err == nil
	}
	return 0, 0, false
}
