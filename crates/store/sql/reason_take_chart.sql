update ledger_chart set reason = '' where tenant = $1 and id = $2
