package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// maxJSONDepth bounds nesting; nothing in the contract comes near it.
const maxJSONDepth = 64

// Faults of a body that cannot be read at all. They become 400 malformed_request.
var (
	errJSONDuplicateKey = errors.New("a key stands twice in one object")
	errJSONTrailing     = errors.New("something follows the JSON value")
	errJSONDepth        = errors.New("the JSON is nested too deeply")
	errNotText          = errors.New("a text is not valid UTF-8 or holds the character U+0000")
	errFormRepeated     = errors.New("a form field stands twice")
)

// The decoders are global to the validation library and are set once. The standard library's JSON decoder lets the last
// of two equal keys win and ignores what follows the value: two readers of one body could then see two requests.
func init() { //nolint:gochecknoinits // the library offers only a global registry
	openapi3filter.RegisterBodyDecoder("application/json", decodeStrictJSON)
	openapi3filter.RegisterBodyDecoder("application/problem+json", decodeStrictJSON)
	openapi3filter.RegisterBodyDecoder("application/x-www-form-urlencoded", decodeStrictForm)
}

func decodeStrictJSON(body io.Reader, _ http.Header, schema *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	content, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if !utf8.Valid(content) { // the decoder would make different broken texts, passwords too, the same text
		return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: errNotText}
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // int64 amounts must not pass through a float
	value, err := decodeValue(decoder, 0)
	if err != nil {
		return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: err}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: errors.Join(errJSONTrailing, err)}
	}
	spoilNulls(value, schema)
	return value, nil
}

// spoilNulls makes the validation refuse a null that its property does not take. The library puts the default of a
// property in the place of a null before it checks anything, as if the property had not been sent. An empty list fails
// the check of the type as the null should, at the same place.
func spoilNulls(value any, schema *openapi3.SchemaRef) {
	if schema == nil {
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for name, property := range schema.Value.Properties {
			if inner, sent := value[name]; sent && inner == nil && property.Value.Default != nil && !property.Value.PermitsNull() {
				value[name] = []any{}
			} else {
				spoilNulls(inner, property)
			}
		}
		for _, parts := range []openapi3.SchemaRefs{schema.Value.AllOf, schema.Value.OneOf, schema.Value.AnyOf} {
			for _, part := range parts {
				spoilNulls(value, part)
			}
		}
	case []any:
		for _, item := range value {
			spoilNulls(item, schema.Value.Items)
		}
	}
}

func decodeValue(decoder *json.Decoder, depth int) (any, error) {
	if depth > maxJSONDepth {
		return nil, errJSONDepth
	}
	token, err := decoder.Token()
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(decoder, depth)
	case json.Delim('['):
		return decodeArray(decoder, depth)
	default:
		if text, ok := token.(string); ok && !storable(text) {
			return nil, errNotText
		}
		return token, nil
	}
}

// storable reports whether the database can hold a text; Postgres refuses these two faults with an error of its own,
// which would be told as one of ours.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

func decodeObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("read JSON key: %w", err)
		}
		key, _ := token.(string) // the decoder allows nothing else here
		if !storable(key) {
			return nil, errNotText
		}
		if _, twice := object[key]; twice {
			return nil, errJSONDuplicateKey
		}
		if object[key], err = decodeValue(decoder, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token() // the closing brace
	return object, err
}

func decodeArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := decodeValue(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token() // the closing bracket
	return array, err
}

// decodeStrictForm reads a form whose fields are all texts and stand once.
func decodeStrictForm(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read form: %w", err)
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: err}
	}
	object := make(map[string]any, len(values))
	for key, texts := range values {
		if !storable(key) || !storable(texts[0]) {
			return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: errNotText}
		}
		if len(texts) > 1 {
			return nil, &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: errFormRepeated}
		}
		object[key] = texts[0]
	}
	return object, nil
}
