#!/usr/bin/env bash
# Runs the service in live mode against a simulator of each vendor, in a data folder of its own. Whoever starts linking
# accounts there is linked to two merchants at once, as if they had signed in; the simulator can be told more under
# /_control/do (see internal/simulators/knot/control.go). Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."

http_addr=${HTTP_ADDR:-127.0.0.1:8080}
knot_addr=${SIMULATOR_ADDR:-127.0.0.1:8090}
secret=demo-live-secret

bin/simulator -addr "$knot_addr" -knot-client-id demo-live -knot-secret "$secret" -auto-login 19,45 \
  -knot-webhooks "http://$http_addr/api/webhooks/knot" &
simulator=$!
trap 'kill "$simulator" 2>/dev/null || true; wait "$simulator" 2>/dev/null || true' EXIT
cat <<HELP
Sign up, then POST /api/onboarding/start and /api/onboarding/complete with its sessionId: DoorDash and Walmart are linked.
What happens at the vendor you say, such as an outage, and its end:
  curl http://$knot_addr/_control/do -d '{"faults": [{"status": 503, "times": 1000}]}'
  curl http://$knot_addr/_control/do -d '{"heal": true}'
HELP

DATA_DIR=${DATA_DIR:-.lattice/demo-live} HTTP_ADDR=$http_addr FEATURE_KNOT=true KNOT_BASE_URL=http://$knot_addr \
  KNOT_CLIENT_ID=demo-live KNOT_SECRET=$secret bin/lattice serve
