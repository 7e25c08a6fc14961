// Package contractform derives from the contract, as people wrote it in OpenAPI 3.0, the forms that others read: the one
// the Go generator understands, JSON, and OpenAPI 3.1.
package contractform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3conv"
	"go.yaml.in/yaml/v3"
)

// errNullable is what the forms take for granted about a reference that may be null.
var errNullable = errors.New("a nullable reference is written anyOf: [{$ref: ...}, {type: ..., nullable: true, enum: [null]}]")

// ForGenerator rewrites every reference that may be null. OpenAPI 3.0 says it with a second branch that is null and nothing
// else:
//
//	anyOf: [{$ref: X}, {type: object, nullable: true, enum: [null]}]
//
// which validators and the generators of TypeScript read as "X or null". The Go generator would make a union of it. The
// form it takes, {type: object, nullable: true, allOf: [{$ref: X}]}, allows no null by the letter of OpenAPI.
func ForGenerator(contract []byte) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(contract, &document); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	if err := foldNullables(&document); err != nil {
		return nil, err
	}
	folded, err := yaml.Marshal(&document)
	if err != nil {
		return nil, fmt.Errorf("write contract: %w", err)
	}
	return folded, nil
}

func foldNullables(node *yaml.Node) error {
	if branches := member(node, "anyOf"); branches != nil && branches.Kind == yaml.SequenceNode {
		null := branches.Content[len(branches.Content)-1]
		if len(branches.Content) != 2 || member(branches.Content[0], "$ref") == nil || member(null, "type") == nil || !isNull(null) {
			return fmt.Errorf("line %d: %w", node.Line, errNullable)
		}
		branches.Content = branches.Content[:1]
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i].Value == "anyOf" {
				node.Content[i].Value = "allOf"
			}
		}
		node.Content = append(node.Content, text("type"), text(member(null, "type").Value), text("nullable"), text("true"))
		node.Content[len(node.Content)-1].Tag = "!!bool"
	}
	for _, inner := range node.Content {
		if err := foldNullables(inner); err != nil {
			return err
		}
	}
	return nil
}

// member is the value of a key of a mapping; nil where there is none.
func member(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// isNull reports whether a schema takes null and nothing else.
func isNull(schema *yaml.Node) bool {
	nullable, enum := member(schema, "nullable"), member(schema, "enum")
	return nullable != nil && nullable.Value == "true" && enum != nil && len(enum.Content) == 1 && enum.Content[0].Tag == "!!null"
}

func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// JSON is the contract as it is, in JSON.
func JSON(contract []byte) ([]byte, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	return write(doc)
}

// Upgraded is the contract in OpenAPI 3.1, in JSON: the same operations and the same values, said in the words of JSON
// Schema 2020-12.
func Upgraded(contract []byte) ([]byte, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	openapi3conv.Upgrade(doc)
	doc.OpenAPI = "3.1.1" // the library goes further than most readers can follow
	encoded, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write contract: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read upgraded contract: %w", err)
	}
	return write(simplifyNulls(tree))
}

// simplifyNulls writes a schema of null alone the short way that 3.1 has for it.
func simplifyNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if enum, ok := value["enum"].([]any); ok && len(enum) == 1 && enum[0] == nil {
			return map[string]any{"type": "null"}
		}
		for key, inner := range value {
			value[key] = simplifyNulls(inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = simplifyNulls(inner)
		}
	}
	return value
}

func write(document any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("write contract: %w", err)
	}
	return out.Bytes(), nil
}
