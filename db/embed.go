// Package db carries the database migrations and the seed data inside the binary, so that a build and what it needs of
// the database never part.
package db

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql seed/*.yaml
var files embed.FS

// Migrations holds the goose migrations at its root, in the shape postgres.Migrate and postgres.CheckVersion take.
var Migrations = sub(files, "migrations")

// Seed holds the catalogue of card products and merchants, and the demo.
var Seed = sub(files, "seed")

// sub narrows to a folder that the embed directive above guarantees; the error it drops can only come from a
// misspelt constant, and goose would then find no migration at all.
func sub(fsys fs.FS, folder string) fs.FS {
	narrowed, err := fs.Sub(fsys, folder)
	if err != nil {
		return fsys
	}
	return narrowed
}
