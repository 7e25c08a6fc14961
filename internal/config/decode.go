package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decodeText turns the text of a setting into the type of its field. It is stricter than viper's own conversions, which
// read the duration "12" as twelve nanoseconds.
func decodeText(_, to reflect.Type, data any) (any, error) {
	text, ok := data.(string)
	if !ok {
		return data, nil
	}
	switch to {
	case reflect.TypeFor[Secret]():
		return NewSecret(text), nil
	case reflect.TypeFor[bool]():
		return parseBool(text)
	case reflect.TypeFor[time.Duration]():
		duration, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no duration; write it like 250ms, 25s or 2m", text)
		}
		return duration, nil
	case reflect.TypeFor[int]():
		number, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no whole number", text)
		}
		return number, nil
	case reflect.TypeFor[slog.Level]():
		return parseLevel(text)
	case reflect.TypeFor[[]string]():
		return splitList(text), nil
	case reflect.TypeFor[[]netip.Prefix]():
		return parsePrefixes(text)
	case reflect.TypeFor[Rate]():
		return parseRate(text)
	case reflect.TypeFor[Count]():
		return parseCount(text)
	default:
		return data, nil
	}
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "on", "yes", "1":
		return true, nil
	case "false", "off", "no", "0":
		return false, nil
	default:
		return false, fmt.Errorf("%q is neither true nor false", text)
	}
}

func parseLevel(text string) (slog.Level, error) {
	switch strings.ToLower(text) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	default:
		return 0, fmt.Errorf("%q is no level; want debug, info, warn or error", text)
	}
}

func splitList(text string) []string {
	var list []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// parsePrefixes reads addresses and ranges (10.0.0.0/8); an address is the range of itself.
func parsePrefixes(text string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, item := range splitList(text) {
		prefix, err := netip.ParsePrefix(item)
		if address, addressErr := netip.ParseAddr(item); addressErr == nil && address.Zone() == "" {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a range, such as 10.0.0.0/8", item)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

// isOff reports whether an optional part is switched off by name; empty does the same where no value is stronger.
func isOff(text string) bool { return strings.EqualFold(text, "off") }
