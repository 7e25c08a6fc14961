package crashtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// death is a mark of package crashpoint and the visit at which the process dies there.
type death struct {
	point string
	visit int
}

func (d death) String() string { return fmt.Sprintf("%s:%d", d.point, d.visit) }

func at(point string, visit int) death { return death{point: point, visit: visit} }

// kill is one trial: a course of things, and one death after another, each of a process of its own. The last is at the
// mark the trial is about.
type kill struct {
	number  int
	course  course
	wording string
	deaths  []death
}

func (k kill) last() death { return k.deaths[len(k.deaths)-1] }

func (k kill) opening() bool { return strings.Count(k.wording, ":") > 1 }

func (k kill) String() string {
	names := make([]string, len(k.deaths))
	for i, one := range k.deaths {
		names[i] = one.String()
	}
	return fmt.Sprintf("%03d %s, %s", k.number, k.course.name, strings.Join(names, ", then "))
}

// How the wording is slowed down: pieces and the pause before each. Events are flushed every 40 ms, on a busy machine less
// often, so that a visit must be well below what an idle one counts.
const (
	quick   = "40:8ms"            // some eight flushes
	steady  = "40:60ms"           // some thirty, and a renewal of the lease
	endless = "40:250ms"          // outlives an orderly stop
	foreign = "40:8ms:Well now. " // not the engine's own words
)

// killsAt are the trials of each mark. The first of those in everyRun is part of every run.
var killsAt = map[string][]kill{
	"send.received": {
		{course: ask, wording: quick, deaths: []death{at("send.received", 1)}},
		{course: queue, wording: quick, deaths: []death{at("send.received", 2)}},
		{course: wait, wording: quick, deaths: []death{at("send.received", 1)}},
		{course: many, wording: quick, deaths: []death{at("send.received", 3)}},
	},
	"send.locked": {
		{course: queue, wording: quick, deaths: []death{at("send.locked", 2)}},
		{course: ask, wording: quick, deaths: []death{at("send.locked", 1)}},
		{course: wait, wording: quick, deaths: []death{at("send.locked", 1)}},
	},
	"send.stored": {
		{course: wait, wording: quick, deaths: []death{at("send.stored", 1)}},
		{course: ask, wording: quick, deaths: []death{at("send.stored", 1)}},
		{course: queue, wording: quick, deaths: []death{at("send.stored", 3)}},
		{course: many, wording: quick, deaths: []death{at("send.stored", 4)}},
	},
	"send.committed": {
		{course: ask, wording: quick, deaths: []death{at("send.committed", 1)}},
		{course: wait, wording: quick, deaths: []death{at("send.committed", 1)}},
		{course: queue, wording: quick, deaths: []death{at("send.committed", 2)}},
		{course: many, wording: quick, deaths: []death{at("send.committed", 3)}},
	},
	"reply.received": {
		{course: ask, wording: quick, deaths: []death{at("reply.received", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.received", 2)}},
		{course: many, wording: quick, deaths: []death{at("reply.received", 3)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 2), at("reply.received", 1)}},
		{course: wait, wording: quick, deaths: []death{at("reply.received", 1), at("reply.received", 1)}},
	},
	"reply.claiming": {
		{course: ask, wording: quick, deaths: []death{at("reply.claiming", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.claiming", 3)}},
		{course: wait, wording: quick, deaths: []death{at("reply.received", 1), at("reply.claiming", 1)}},
	},
	"reply.claimed": {
		{course: late, wording: quick, deaths: []death{at("reply.claimed", 1)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 1), at("reply.claimed", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.claimed", 4)}},
		{course: repeat, wording: quick, deaths: []death{at("reply.claimed", 2)}},
	},
	"reply.asked": {
		{course: ask, wording: quick, deaths: []death{at("reply.asked", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.asked", 2)}},
		{course: ask, wording: quick, deaths: []death{at("reply.claimed", 1), at("reply.asked", 1)}},
	},
	"reply.planned": {
		{course: wait, wording: quick, deaths: []death{at("reply.planned", 1)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 2), at("reply.planned", 1)}},
		{course: edit, wording: quick, deaths: []death{at("reply.planned", 2)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 3), at("reply.planned", 1)}},
	},
	"reply.heard": {
		{course: ask, wording: quick, deaths: []death{at("reply.heard", 5)}},
		{course: ask, wording: quick, deaths: []death{at("reply.heard", 1)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.heard", 39)}},
		{course: ask, wording: quick, deaths: []death{at("reply.claimed", 1), at("reply.heard", 30)}},
		{course: many, wording: quick, deaths: []death{at("reply.heard", 90)}},
	},
	"reply.saving": {
		{course: ask, wording: quick, deaths: []death{at("reply.saving", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.saving", 2)}},
		{course: many, wording: quick, deaths: []death{at("reply.saving", 3)}},
		{course: repeat, wording: quick, deaths: []death{at("reply.saving", 2)}},
		{course: ask, wording: quick, deaths: []death{at("reply.asked", 1), at("reply.saving", 1)}},
	},
	"reply.flushing": {
		{course: ask, wording: steady, deaths: []death{at("reply.flushing", 7)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushing", 1)}},
		{course: ask, wording: steady, deaths: []death{at("reply.flushing", 17)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushing", 2)}},
		{course: queue, wording: quick, deaths: []death{at("reply.flushing", 7)}},
		{course: many, wording: quick, deaths: []death{at("reply.flushing", 9)}},
		{course: ask, wording: quick, deaths: []death{at("reply.claimed", 1), at("reply.flushing", 2)}},
		{course: late, wording: steady, deaths: []death{at("reply.flushing", 11)}},
	},
	"reply.flushed": {
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 3)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 1)}},
		{course: ask, wording: steady, deaths: []death{at("reply.flushed", 17)}},
		{course: ask, wording: steady, deaths: []death{at("reply.flushed", 20)}},
		{course: wait, wording: quick, deaths: []death{at("reply.flushed", 2)}},
		{course: queue, wording: quick, deaths: []death{at("reply.flushed", 5)}},
		{course: many, wording: quick, deaths: []death{at("reply.flushed", 10)}},
		{course: late, wording: quick, deaths: []death{at("reply.flushed", 2)}},
	},
	"reply.renewed": {
		{course: ask, wording: steady, deaths: []death{at("reply.renewed", 1)}},
		{course: ask, wording: steady, deaths: []death{at("reply.claimed", 1), at("reply.renewed", 1)}},
		{course: many, wording: steady, deaths: []death{at("reply.renewed", 3)}},
	},
	"reply.worded": {
		{course: ask, wording: quick, deaths: []death{at("reply.worded", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.worded", 2)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.worded", 1)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.worded", 1), at("reply.worded", 1)}},
	},
	"reply.finished": {
		{course: ask, wording: quick, deaths: []death{at("reply.finished", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.finished", 2)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.finished", 1)}},
		{course: repeat, wording: quick, deaths: []death{at("reply.finished", 2)}},
	},
	"reply.next": {
		{course: queue, wording: quick, deaths: []death{at("reply.next", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.next", 2)}},
		{course: queue, wording: quick, deaths: []death{at("reply.flushed", 2), at("reply.next", 1)}},
	},
	"reply.ending": {
		{course: wait, wording: quick, deaths: []death{at("reply.ending", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.ending", 3)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 3), at("reply.ending", 1)}},
	},
	"reply.closed": {
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.closed", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.closed", 2)}},
		{course: queue, wording: quick, deaths: []death{at("reply.closed", 2)}},
	},
	"reply.ended": {
		{course: ask, wording: quick, deaths: []death{at("reply.ended", 1)}},
		{course: wait, wording: quick, deaths: []death{at("reply.ended", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.ended", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.ended", 3)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 1), at("reply.ended", 1)}},
	},
	"reply.told": {
		{course: queue, wording: quick, deaths: []death{at("reply.told", 2)}},
		{course: ask, wording: quick, deaths: []death{at("reply.told", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.told", 4)}},
	},
	"reply.released": {
		{course: end, wording: endless, deaths: []death{at("reply.released", 1)}},
	},
	"sweep.taken": {
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 2), at("sweep.taken", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.flushed", 9), at("sweep.taken", 2)}},
		{course: queue, wording: quick, deaths: []death{at("reply.received", 1), at("sweep.taken", 1)}},
	},
	"sweep.queued": {
		{course: ask, wording: quick, deaths: []death{at("reply.received", 1), at("sweep.queued", 1)}},
		{course: many, wording: quick, deaths: []death{at("reply.claimed", 4), at("sweep.queued", 3)}},
		{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2), at("sweep.queued", 1)}},
	},
	"sweep.committed": {
		{course: late, wording: quick, deaths: []death{at("reply.flushed", 1), at("sweep.committed", 1)}},
		{course: queue, wording: quick, deaths: []death{at("reply.planned", 2), at("sweep.committed", 1)}},
		{course: ask, wording: quick, deaths: []death{at("reply.flushed", 1), at("sweep.committed", 1), at("reply.claimed", 1)}},
	},
	"stop.locked": {
		{course: stop, wording: steady, deaths: []death{at("stop.locked", 1)}},
		{course: leave, wording: steady, deaths: []death{at("stop.locked", 1)}},
	},
	"stop.written": {
		{course: leave, wording: steady, deaths: []death{at("stop.written", 1)}},
		{course: stop, wording: steady, deaths: []death{at("stop.written", 1)}},
	},
	"stop.committed": {
		{course: leave, wording: steady, deaths: []death{at("stop.committed", 1)}},
		{course: stop, wording: steady, deaths: []death{at("stop.committed", 1)}},
	},
	"regenerate.stored": {
		{course: repeat, wording: quick, deaths: []death{at("regenerate.stored", 1)}},
	},
	"regenerate.committed": {
		{course: repeat, wording: quick, deaths: []death{at("regenerate.committed", 1)}},
		{course: repeat, wording: quick, deaths: []death{at("regenerate.committed", 1), at("reply.flushed", 2)}},
	},
	"edit.stored": {
		{course: edit, wording: quick, deaths: []death{at("edit.stored", 1)}},
	},
	"edit.committed": {
		{course: edit, wording: quick, deaths: []death{at("edit.committed", 1)}},
		{course: edit, wording: quick, deaths: []death{at("edit.committed", 1), at("reply.ending", 1)}},
	},
}

// everyRun are the marks a run in haste dies at: a dozen along the way from the commit that accepts a message to the one
// that ends its reply.
var everyRun = []string{
	"send.committed", "reply.received", "reply.claiming", "reply.claimed", "reply.asked", "reply.heard", "reply.saving", "reply.flushing",
	"reply.flushed", "reply.worded", "reply.finished", "reply.closed",
}

// inHaste is the first trial of each of the marks of every run.
func inHaste() []kill {
	var kills []kill
	for i, point := range everyRun {
		one := killsAt[point][0]
		one.number = i + 1
		kills = append(kills, one)
	}
	return kills
}

// plan is all trials, again and again until that many deaths are died.
func plan(deaths int) []kill {
	points := slices.Sorted(maps.Keys(killsAt))
	var all []kill
	for round := 0; ; round++ {
		before := len(all)
		for _, point := range points {
			if trials := killsAt[point]; round < len(trials) {
				all = append(all, trials[round])
			}
		}
		if len(all) == before {
			break
		}
	}
	var kills []kill
	for died := 0; len(kills) < len(all) || died < deaths; {
		one := all[len(kills)%len(all)]
		one.number = len(kills) + 1 // which asks something else the next time
		kills = append(kills, one)
		died += len(one.deaths)
	}
	return kills
}

// Why: a mark nobody dies at proves nothing, and a trial of a mark that is gone waits for a death that never comes.
func TestMarks_AreAllDiedAt(t *testing.T) {
	t.Parallel()
	require.Equal(t, marks(t), slices.Sorted(maps.Keys(killsAt)))
	for point, trials := range killsAt {
		for _, one := range trials {
			require.True(t, slices.ContainsFunc(one.deaths, func(d death) bool { return d.point == point }), "%s: %s", point, one)
			for _, d := range one.deaths {
				require.Contains(t, killsAt, d.point)
			}
		}
		require.Equal(t, point, trials[0].last().point, "the first trial of a mark ends there")
	}
}

// Why: the promise is about the way between accepting a message and the commit that ends its reply.
func TestMarks_StandAllAlongTheWayOfAMessage(t *testing.T) {
	t.Parallel()
	between := 0
	for _, point := range marks(t) {
		if point == "send.committed" || (strings.HasPrefix(point, "reply.") && point != "reply.ended" && point != "reply.told") {
			between++
		}
	}
	require.GreaterOrEqual(t, between, 12)
}

// marks are the names of all calls of crashpoint.Reach in the source, sorted. Each name stands at one place.
func marks(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, top := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok || !isReach(call.Fun) {
					return true
				}
				name, ok := call.Args[0].(*ast.BasicLit)
				require.True(t, ok, "%s: a mark has a literal name", path)
				text, err := strconv.Unquote(name.Value)
				require.NoError(t, err)
				names = append(names, text)
				return true
			})
			return nil
		})
		require.NoError(t, err)
	}
	slices.Sort(names)
	require.Len(t, slices.Compact(slices.Clone(names)), len(names), "a mark's name stands at one place")
	return names
}

func isReach(called ast.Expr) bool {
	selector, ok := called.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Reach" {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == "crashpoint"
}
