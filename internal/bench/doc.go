// Package bench measures what a turn and the busiest reads cost, each beside a handler that does nothing but the same SQL,
// and holds the number of statements a turn takes. It holds tests alone. `make bench` runs the measurements and prints a
// table; its times are those of the machine it runs on, and gate nothing.
package bench
