package archtest_test

import (
	"go/ast"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

// traps are what the tools and libraries the service is built with do wrong where nobody watches, and the test that fails
// when somebody steps into it again. Whoever finds another adds a line.
var traps = []struct{ trap, folder, test string }{
	// The contract and what is made from it.
	{"3.1 documents are compiled with every request", "internal/e2e", "TestTheContractIsWrittenInOpenAPI30"},
	{"the generator follows references to other hosts", "internal/e2e", "TestTheContractRefersToItselfAlone"},
	{"nullable beside a reference loses its null, and null in an enum becomes a constant", "internal/e2e", "TestNullsAreWrittenSoThatEverybodyReadsThem"},
	{"a nullable reference is read in two ways", "internal/contractform", "TestNullableReferences_MeanTheSameInEveryForm"},
	{"the upgrade to 3.1 leaves words of 3.0 behind", "internal/contractform", "TestUpgraded_SpeaksOpenAPI31"},
	{"branches of a union are not told apart", "internal/e2e", "TestEveryBranchOfAUnionNamesItself"},
	{"a name normalizer renames operations, and every route runs unguarded", "internal/e2e", "TestEveryOperationIsRoutedAndGuarded"},
	{"and lets anybody in", "internal/e2e", "TestNobodyGetsInWhereATokenIsWanted"},
	{"optional headers are forgotten, declared cookies wipe others", "internal/e2e", "TestHeadersAreDeclaredSoThatNoneIsForgotten"},
	{"empty optional lists vanish from answers", "internal/e2e", "TestListsInAnswersAreRequired"},
	{"the embedded contract is not the written one", "internal/e2e", "TestGeneratedContractIsTheWrittenOne"},
	{"a null is replaced by the default before it is checked", "internal/e2e", "TestANullIsNotTakenForTheDefault"},
	{"an empty number counts as absent", "internal/e2e", "TestAnEmptyParameterIsNotAnAbsentOne"},
	// Streams.
	{"the server's write timeout cuts streams", "internal/streamtest", "TestStreamOutlivesTheServersWriteTimeout"},
	{"a proxy buffers or a compressor holds events back", "internal/streamtest", "TestStreamsPassNginxUnbuffered"},
	{"shutting down waits for open streams", "internal/streamtest", "TestStreamsAreToldToReconnectWhenTheProcessStops"},
	{"connections without traffic are cut", "internal/streamtest", "TestSilentStreamsHaveAHeartbeat"},
	// Validation of requests.
	{"two routers pick different operations for one address", "internal/e2e", "TestAddressesThatDoNotExist"},
	{"the router takes a word of one path for the parameter of another", "internal/e2e", "TestOptionsNamesTheMethodsOfTheAddress"},
	{"callers without a token are told the faults of their body", "internal/e2e", "TestWhoIsAskedBeforeWhat"},
	{"bodies are read without end; duplicate keys, trailing values, depth", "internal/e2e", "TestUnreadableBodiesAreRefusedEverywhere"},
	{"a second decoding matches keys without regard to case", "internal/e2e", "TestKeysOfAnotherCaseAreUnknown"},
	{"formats are not checked, dates allow 30 February, large integers overflow", "internal/e2e", "TestFieldsAreNamedWithTheRuleTheyBreak"},
	{"merge patch is answered 415", "internal/e2e", "TestMergePatchIsAnAliasOfJSONWhereSomethingIsPatchedOnly"},
	{"the body's shape is picked by the letters of its media type", "internal/e2e", "TestMediaTypesAreReadWithoutRegardToCase"},
	{"unknown properties are reported at their parent", "internal/e2e", "TestUnknownPropertiesAreNamed"},
	{"unknown and repeated parameters are let through", "internal/e2e", "TestParameters"},
	{"errors repeat what was sent, or their cause", "internal/e2e", "TestOurFailuresSayNothing"},
	// The database.
	{"times come in the zone of the machine", "internal/postgres", "TestTimesAreReadAsUTC"},
	{"failures of constraints are told apart by their text", "internal/postgres", "TestErrorsAreToldApartByConstraintName"},
	{"several processes migrate at once", "internal/postgres", "TestManyMayMigrateAtOnce"},
	{"the queue's tables need a schema of their own", "internal/postgres", "TestMigrateMakesOurTablesAndTheQueues"},
	{"a pooler between keeps no prepared statements", "internal/streamtest", "TestServiceWorksWithoutPreparedStatements"},
	{"PostgreSQL refuses to run as root", "internal/postgres/embedded", "TestRootFallsBackWhenTheUserCannotReachTheDefault"},
	{"a killed parent leaves its server behind", "internal/postgres/embedded", "TestCommittedRowsSurviveTheKillOfTheOwner"},
	{"throw-away clusters are left behind", "internal/postgres/embedded", "TestThrowawayClusterLeavesNothingBehind"},
	// Settings and tokens.
	{"a misspelt setting is ignored", "internal/config", "TestLoad_AMisspeltNameIsAnErrorWithTheRightOne"},
	{"settings without a default are not read from the environment", "internal/config", "TestLoad_EverySettingCanBeSet"},
	{"a token without expiry, or signed otherwise, is accepted", "internal/auth", "TestTokens_ForgedOnesAreRefused"},
	// The documentation page.
	{"the page asks other hosts or runs inline code", "internal/httpapi/docsui", "TestPage_NamesNoOtherHostAndNoInlineCode"},
}

func TestTraps_EachIsHeldByATest(t *testing.T) {
	t.Parallel()
	for _, trap := range traps {
		found := false
		eachFile(t, trap.folder, func(_ *testing.T, _ string, _ *token.FileSet, file *ast.File) {
			for _, declaration := range file.Decls {
				if function, ok := declaration.(*ast.FuncDecl); ok && function.Name.Name == trap.test {
					found = true
				}
			}
		})
		require.True(t, found, "%s: there is no %s in %s", trap.trap, trap.test, trap.folder)
	}
}
