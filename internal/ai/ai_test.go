package ai_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// broken is a provider that cannot begin.
type broken struct {
	name  string
	err   error
	asked *[]string
}

func (b broken) Name() string { return b.name }

func (b broken) Word(context.Context, chat.WordingRequest) (chat.WordingStream, error) {
	*b.asked = append(*b.asked, b.name)
	return nil, b.err
}

func read(t require.TestingT, stream chat.WordingStream) []string {
	var pieces []string
	for {
		piece, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return pieces
		}
		require.NoError(t, err)
		pieces = append(pieces, piece)
	}
}

func TestBroker_AsksOneAfterAnotherUntilOneBegins(t *testing.T) {
	t.Parallel()
	var asked []string
	first, second := broken{"first", errors.New("no credit"), &asked}, broken{"second", errors.New("overloaded"), &asked}
	scripted := ai.NewScripted(ai.Script{Pieces: []string{"said"}})
	broker, err := ai.NewBroker(first, second, scripted, ai.Engine{})
	require.NoError(t, err)
	require.Equal(t, []string{"first", "second", "scripted", "engine"}, broker.Names())
	stream, err := broker.Word(t.Context(), chat.WordingRequest{Template: "own"})
	require.NoError(t, err)
	require.Equal(t, []string{"said"}, read(t, stream))
	require.Equal(t, []string{"first", "second"}, asked)
}

func TestBroker_TellsWhyNobodyCould(t *testing.T) {
	t.Parallel()
	var asked []string
	credit, load := errors.New("no credit"), errors.New("overloaded")
	broker, err := ai.NewBroker(broken{"first", credit, &asked}, broken{"second", load, &asked})
	require.NoError(t, err)
	_, err = broker.Word(t.Context(), chat.WordingRequest{})
	require.ErrorIs(t, err, credit)
	require.ErrorIs(t, err, load)
	require.ErrorContains(t, err, "first")
	_, err = ai.NewBroker()
	require.Error(t, err)
}

func TestEngine_SaysTheTemplateAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.StringMatching(`([A-Za-zé€😀,;' \n\t]{0,12}([.!?:]{1,2}[ \n]{0,2})?(\{\{f[1-9]\}\})?){0,8}`).Draw(t, "template")
		stream, err := ai.Engine{}.Word(context.Background(), chat.WordingRequest{Template: template})
		require.NoError(t, err)
		pieces := read(t, stream)
		require.Equal(t, template, strings.Join(pieces, ""))
		for _, piece := range pieces {
			require.NotEmpty(t, piece)
			require.Equal(t, strings.Count(piece, "{{"), strings.Count(piece, "}}"), "no placeholder is cut")
		}
	})
}

func TestEngine_SpeaksInSentences(t *testing.T) {
	t.Parallel()
	stream, err := ai.Engine{}.Word(t.Context(), chat.WordingRequest{Template: "You spent {{f1}}. That is {{f2}} more!\nWhy: v1.2 of it"})
	require.NoError(t, err)
	require.Equal(t, []string{"You spent {{f1}}. ", "That is {{f2}} more!\n", "Why: ", "v1.2 of it"}, read(t, stream))
}

func TestEngine_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := ai.Engine{}.Word(ctx, chat.WordingRequest{Template: "One. Two."})
	require.NoError(t, err)
	_, err = stream.Next()
	require.NoError(t, err)
	cancel()
	_, err = stream.Next()
	require.ErrorIs(t, err, context.Canceled)
}

func TestScripted_DoesWhatItsScriptSays(t *testing.T) {
	t.Parallel()
	request := chat.WordingRequest{Action: "card", Template: "Take {{f1}}, née 😀", Facts: []spending.Fact{{ID: "f1", Text: "Everyday"}}}
	for name, test := range map[string]struct {
		script ai.Script
		want   []string
	}{
		"Template":    {ai.Script{}, []string{request.Template}},
		"CutInTwo":    {ai.Script{Count: 2}, []string{"Take {{f1", "}}, née 😀"}},
		"CutInMany":   {ai.Script{Count: 1000}, strings.Split(request.Template, "")},
		"ItsOwnWords": {ai.Script{Pieces: []string{"a", "", "b"}}, []string{"a", "", "b"}},
		"Nothing":     {ai.Script{Pieces: []string{}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := ai.NewScripted(test.script)
			stream, err := provider.Word(t.Context(), request)
			require.NoError(t, err)
			require.Equal(t, test.want, read(t, stream))
			require.Equal(t, []chat.WordingRequest{request}, provider.Requests())
			require.Empty(t, provider.Cancelled())
		})
	}
	_, err := ai.NewScripted(ai.Script{FailAfter: -1}).Word(t.Context(), request)
	require.ErrorIs(t, err, ai.ErrScripted)
}

func TestScripted_FailsWhereItsScriptSays(t *testing.T) {
	t.Parallel()
	provider := ai.NewScripted(ai.Script{Pieces: []string{"a", "b", "c"}, FailAfter: 2})
	stream, err := provider.Word(t.Context(), chat.WordingRequest{})
	require.NoError(t, err)
	for _, want := range []string{"a", "b"} {
		piece, err := stream.Next()
		require.NoError(t, err)
		require.Equal(t, want, piece)
	}
	_, err = stream.Next()
	require.ErrorIs(t, err, ai.ErrScripted)
	// The streams to come follow what they are told.
	provider.Follow(ai.Script{Pieces: []string{"d"}})
	stream, err = provider.Word(t.Context(), chat.WordingRequest{})
	require.NoError(t, err)
	require.Equal(t, []string{"d"}, read(t, stream))
	require.Len(t, provider.Requests(), 2)
}

func TestScripted_StallsUntilItIsCancelled(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]ai.Script{
		"AtOnce": {Pieces: []string{"a"}, StallAfter: -1}, "AfterOne": {Pieces: []string{"a", "b"}, StallAfter: 1},
		"AtAStep": {Pieces: []string{"a"}, Step: make(chan struct{})}, "InADelay": {Pieces: []string{"a"}, Delay: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if script.Step != nil {
					script.Step = make(chan struct{}) // one of this bubble
				}
				provider := ai.NewScripted(script)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				stream, err := provider.Word(ctx, chat.WordingRequest{})
				require.NoError(t, err)
				for err == nil {
					_, err = stream.Next()
				}
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Len(t, provider.Cancelled(), 1)
			})
		})
	}
}
