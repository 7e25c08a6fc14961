// Package figuretest holds the test that every number people are shown can be worked out again from what it cites.
//
// It loads the demo into a whole service, asks every demo person the questions of testdata/questions.yaml as the web client
// would, takes the sources of each answer, reads those rows from the database again, and works out every figure of the
// text and every number of the drawer from the rows alone, with nothing of the engines. A number that no checker claims,
// one that comes out otherwise, a source that is somebody else's, and an order that should be cited and is not, fail.
//
// An answer of another kind takes one function: write a checker (see check), name it in checkers under the answer's action,
// and add questions. What it reads of the rows cited stands in evidence; a source type that is not read there yet is a
// line in readers.
package figuretest
