// Package crashtest kills the service in the middle of its work and looks at what is left: the real binary, built with the
// marks of package crashpoint, dies of SIGKILL at one of them while a message is on its way, is started again and has to
// end every reply as if nothing had happened. It also lets processes stall and cuts their connections. It holds tests only.
//
// Each run of the tests dies at a dozen marks. LATTICE_TEST_TIER=long dies 200 times: at every mark, at other visits, during
// the rescue of an earlier death, with several chats, and with a stop, an edit or another question on their way.
package crashtest
