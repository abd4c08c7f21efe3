#!/bin/sh
# Report a matter, read it, follow what happens. Needs curl.
#   GOVERNANCE_URL=https://grid.example.gov.cn GOVERNANCE_KEY=wg_… GOVERNANCE_SOURCE=hotline sh quickstart.sh
set -eu
api="$GOVERNANCE_URL/api/v1"
number="QS-$(date +%s)-$$"

call() {
    curl --silent --show-error --fail-with-body \
        --header "Authorization: Bearer $GOVERNANCE_KEY" \
        --header "Content-Type: application/json" "$@"
    echo
}

# 1. What is the key good for?
call "$api/me"

# 2. Report a matter. The same external_no again would give the same ticket.
call "$api/tickets" --header "Idempotency-Key: $number" --data "{
  \"source\": \"$GOVERNANCE_SOURCE\",
  \"external_no\": \"$number\",
  \"demand_type\": \"help\",
  \"category\": \"1408\",
  \"content\": \"老人行动不便，请上门代办手续\",
  \"place\": \"东苑小区 3 栋\",
  \"citizen\": {\"name\": \"张三\", \"phone\": \"13800000000\"}
}"

# 3. Find it by your own number.
call "$api/tickets?q=$number"

# 4. What has happened so far? Keep "after" and ask with it the next time.
call "$api/events?limit=5"
