package e2e

import (
	"maps"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// A null is not the same as nothing: where a property takes none, having a default makes no difference. The validation
// library would put the default in its place.
func TestANullIsNotTakenForTheDefault(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	count := 0
	for _, o := range contract.operations {
		if o.RequestBody == nil {
			continue
		}
		for name, property := range o.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
			if property.Value.Default == nil || property.Value.Nullable {
				continue
			}
			count++
			t.Run(o.OperationID+"/"+name, func(t *testing.T) {
				t.Parallel()
				body := maps.Clone(o.example().(map[string]any))
				body[name] = nil
				dana.in(t).call(o.method, o.somewhere(), body).refused(422, api.ProblemCodeInvalidRequest, "/"+name)
			})
		}
	}
	require.GreaterOrEqual(t, count, 5)
}

// The same further down, in a list.
func TestANullInAListIsNotTakenForTheDefault(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	weight := contract.doc.Components.Schemas["ExpenseItemClaimRequest"].Value.Properties["weight"]
	require.NotNil(t, weight.Value.Default)
	require.True(t, weight.Value.Type.Is(openapi3.TypeInteger))
	problem := p.dana.post(p.expenses(), object{
		"description": "Dinner", "total": usd(9000), "method": "items", "paidBy": paid(p.dana.user.ID, 9000),
		"items": []object{{"name": "Soup", "amount": usd(9000), "claimedBy": []object{{"userId": p.dana.user.ID, "weight": nil}}}},
	}).refused(422, api.ProblemCodeInvalidRequest, "/items/0/claimedBy/0/weight")
	require.Equal(t, "type", problem.Errors[0].Code)
}

// A parameter that is sent without a value is not one that was left out: there is no number in "limit=".
func TestAnEmptyParameterIsNotAnAbsentOne(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	count := 0
	for _, o := range contract.operations {
		for _, parameter := range o.params {
			if parameter.Value.In != openapi3.ParameterInQuery {
				continue
			}
			count++
			t.Run(o.OperationID+"/"+parameter.Value.Name, func(t *testing.T) {
				t.Parallel()
				dana.in(t).call(o.method, o.somewhere()+"?"+parameter.Value.Name+"=", nil).refused(422, api.ProblemCodeInvalidRequest, parameter.Value.Name)
			})
		}
	}
	require.Greater(t, count, 30)
}
