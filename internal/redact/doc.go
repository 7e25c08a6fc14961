// Package redact keeps secrets out of what is stored, shown and logged: card numbers that people type into a chat, and
// the values of secret fields in log records.
//
// CardNumbers runs on every message before it is stored, so it must never let a card number through. It may, rarely,
// mask a number that only looks like one: one in ten numbers of 13 to 19 digits passes the Luhn check by accident.
// What has a shape of its own (a UUID, an Amazon order number, a date, a time stamp, amounts, telephone numbers) is
// recognised and left alone.
package redact
