#!/usr/bin/env bash
# Runs the service in live mode against a simulator of each vendor, in a data folder of its own. Whoever starts linking
# accounts there is linked to two merchants at once, as if they had signed in; the simulator can be told more under
# /_control/do (see internal/simulators/knot/control.go). Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."

http_addr=${HTTP_ADDR:-127.0.0.1:8080}
knot_addr=${SIMULATOR_ADDR:-127.0.0.1:8090}
data_dir=${DATA_DIR:-.lattice/demo-live}
secret=demo-live-secret

# It says where it answers once it does; what was there before would take other keys, and hear nothing of what happens here.
exec 3< <(exec bin/simulator -addr "$knot_addr" -knot-client-id demo-live -knot-secret "$secret" -auto-login 19,45 \
  -knot-webhooks "http://$http_addr/api/webhooks/knot")
simulator=$!
service=
# However this ends, both end: the shell only hears a signal at once while it waits.
finish() {
  trap - EXIT INT TERM HUP
  kill $service "$simulator" 2>/dev/null || true
  wait $service "$simulator" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
IFS= read -r answers <&3 || { echo "demo-live: SIMULATOR_ADDR=host:port gives the simulator another address" >&2; exit 1; }
echo "$answers"
cat <<HELP
Sign up, then POST /api/onboarding/start and /api/onboarding/complete with its sessionId: DoorDash and Walmart are linked.
What happens at the vendor you say, such as an outage, lost webhooks, and the end of both:
  curl http://$knot_addr/_control/do -d '{"faults": [{"status": 503, "times": 1000}]}'
  curl http://$knot_addr/_control/do -d '{"lose": -1}'
  curl http://$knot_addr/_control/do -d '{"heal": true}'
HELP

# A database of its own, whatever is set elsewhere (a .env lies where a service is started): what is linked here is made up,
# and looks real.
service_program=$PWD/bin/lattice
mkdir -p "$data_dir"
cd "$data_dir"
env -u DATABASE_URL -u DATABASE_DIRECT_URL -u KNOT_MOCK_FAULTS DATA_DIR="$PWD" HTTP_ADDR="$http_addr" FEATURE_KNOT=true \
  KNOT_ENVIRONMENT=development KNOT_BASE_URL="http://$knot_addr" KNOT_CLIENT_ID=demo-live KNOT_SECRET="$secret" \
  "$service_program" serve &
service=$!
wait "$service"
