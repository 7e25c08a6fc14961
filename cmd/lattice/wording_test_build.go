//go:build crashpoints

package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
)

// wordingVariable slows the wording down, so that a crash test can hit a reply in the middle: "40:5ms" is 40 pieces with
// 5 ms between, "40:5ms:Well. " the same with words before that are not the engine's. Only the test build reads it.
const wordingVariable = "LATTICE_TEST_WORDING"

func testWording() chat.Wording {
	text := os.Getenv(wordingVariable)
	if text == "" {
		return nil
	}
	script, err := readScript(text)
	if err != nil {
		panic(wordingVariable + ": " + err.Error()) // a test that runs with another wording than it wanted proves nothing
	}
	return ai.NewScripted(script)
}

func readScript(text string) (ai.Script, error) {
	count, rest, _ := strings.Cut(text, ":")
	delay, opening, _ := strings.Cut(rest, ":")
	script := ai.Script{Opening: opening}
	var err error
	if script.Count, err = strconv.Atoi(count); err != nil {
		return ai.Script{}, err
	}
	script.Delay, err = time.ParseDuration(delay)
	return script, err
}
