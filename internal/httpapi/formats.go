package httpapi

import (
	"errors"
	"net/mail"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

var errFormat = errors.New("wrong format")

// formats really checks what the library by default takes on trust (uuid, email) or only roughly (dates: it allows 30
// February).
func formats() openapi3.SchemaValidationOption {
	check := func(valid func(string) bool) openapi3.StringFormatValidator {
		return openapi3.NewCallbackValidator(func(text string) error {
			if !valid(text) {
				return errFormat
			}
			return nil
		})
	}
	return openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid": check(func(text string) bool {
			_, err := uuid.Parse(text)
			return err == nil && len(text) == 36 // uuid.Parse also takes braces, URNs and bare hex
		}),
		"email": check(func(text string) bool {
			address, err := mail.ParseAddress(text)
			return err == nil && address.Address == text // not "Name <address>"
		}),
		"date": check(func(text string) bool {
			_, err := time.Parse(time.DateOnly, text)
			return err == nil
		}),
		"date-time": check(func(text string) bool {
			_, err := time.Parse(time.RFC3339Nano, text)
			return err == nil
		}),
	})
}
