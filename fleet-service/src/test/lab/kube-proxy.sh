#!/bin/bash
# Runs inside a guest with a real IPVS kernel (see ProofOnRealKernelTest): a real kube-proxy that cannot reach its API server at
# first, and the agent's collecting code beside it. $KUBE_LAB holds the laboratory's own scripts, $API_PORT the API server on the
# host. Each phase lasts until some snapshots of it are in $OUT/<phase>.
set +e
keep_logs() { cp /tmp/{ipvs-lc,iptables,ipvs-rr}.log "$OUT/" 2>/dev/null; }
fail() { keep_logs; echo "$*" >&2; exit 1; }
for program in conntrack ipset iptables; do
  command -v $program >/dev/null || fail "kube-proxy needs $program, which this machine does not have"
done
. "$KUBE_LAB/guest-proxy.sh"; set +e
kube_lab_kubeconfig 6443; sed -i 's|https://10.0.2.2:|https://127.0.0.1:|' /tmp/kubeconfig

phase() { echo "$1" >"$OUT/phase.new"; mv "$OUT/phase.new" "$OUT/phase"; }
phase between
"$JAVA" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -cp "$COLLECTOR_CLASS_PATH" \
  dev.kubeproxyfleet.fleet.health.CollectInGuest "$OUT" >"$OUT/collector.log" 2>&1 & collector=$!

connect() { # the API server, from now on
  python3 - "$API_PORT" <<'P' &
import asyncio, os, sys
async def pump(r, w):
    try:
        while d := await r.read(65536):
            w.write(d); await w.drain()
    finally: w.close()
async def serve(r, w):
    r2, w2 = await asyncio.open_connection(os.environ['HOST_LOOPBACK'], int(sys.argv[1]))
    await asyncio.gather(pump(r, w2), pump(r2, w), return_exceptions=True)
async def main():
    async with await asyncio.start_server(serve, '127.0.0.1', 6443) as s: await s.serve_forever()
asyncio.run(main())
P
  tunnel=$!
}
disconnect() { kill $tunnel; wait $tunnel 2>/dev/null; }
snapshots() { # in this phase until there are three
  phase "$1"
  for _ in $(seq 600); do [ "$(cat "$OUT/$1" 2>/dev/null | wc -l)" -ge 3 ] && break; sleep .2; done
  [ -s "$OUT/$1" ] || fail "no snapshot of phase $1; see collector.log"
  cp /proc/net/ip_vs "$OUT/$1.ip_vs"; kube_proxy_page /metrics >"$OUT/$1.metrics"
  phase between
}
synchronised() {
  for _ in $(seq 600); do
    kube_proxy_page /metrics | grep -q '^kubeproxy_sync_proxy_rules_last_timestamp_seconds [1-9]' && return
    sleep .2
  done
  fail "kube-proxy never programmed its rules; see its log"
}
episode() { # name, then kube-proxy's flags
  local name=$1; shift
  # With an address of its own it does not look for that of the node, which would take half a minute.
  kube_proxy "$name" --bind-address=10.0.2.15 "$@"
  snapshots "$name-before"
  connect; synchronised
  snapshots "$name-after"
  disconnect
}
episode ipvs-lc --proxy-mode=ipvs --ipvs-scheduler=lc --ipvs-tcp-timeout=901s --ipvs-tcpfin-timeout=121s --ipvs-udp-timeout=301s
episode iptables --proxy-mode=iptables
episode ipvs-rr --proxy-mode=ipvs --ipvs-scheduler=rr
kill $KUBE_PROXY_PID; wait $KUBE_PROXY_PID 2>/dev/null
snapshots nobody
kill $collector; wait $collector 2>/dev/null
keep_logs
exit 0
