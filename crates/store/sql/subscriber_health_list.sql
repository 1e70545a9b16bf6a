select subscriber, failing_since_ms, hold_until_ms from subscriber_health where tenant = $1
