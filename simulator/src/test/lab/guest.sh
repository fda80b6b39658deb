#!/bin/bash
# Runs inside a guest with a real IPVS kernel (see RealKernelTest); $LAB holds the laboratory's own scripts, $AGENT the native
# agent, $KAFKA_PORT the broker on the host, $CAPTURED a folder with a captured proc. What it saw goes to $OUT.
set +e
export KPFLEET_AGENT_CLUSTER_ID=/subscriptions/s1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/lab
export KPFLEET_AGENT_INTERVAL=2s KPFLEET_AGENT_KUBE_PROXY_ENDPOINT=http://127.0.0.1:9 KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$KAFKA_PORT
python3 - "$KAFKA_PORT" <<'P' &
import asyncio, os, sys
port = int(sys.argv[1])
async def pump(r, w):
    try:
        while d := await r.read(65536):
            w.write(d); await w.drain()
    finally: w.close()
async def serve(r, w):
    r2, w2 = await asyncio.open_connection(os.environ['HOST_LOOPBACK'], port)
    await asyncio.gather(pump(r, w2), pump(r2, w), return_exceptions=True)
async def main():
    async with await asyncio.start_server(serve, '127.0.0.1', port) as s: await s.serve_forever()
asyncio.run(main())
P
agent() { # node name, seconds, then variables
  local node=$1 seconds=$2; shift 2
  env KPFLEET_AGENT_NODE_NAME=$node "$@" timeout -s TERM "$seconds" $AS "$AGENT" >"$OUT/$node.log" 2>&1
}
acknowledged() { # so many snapshots of the agent that runs
  local count
  count=$(curl -s http://127.0.0.1:9466/q/metrics | sed -n 's/^kpfleet_agent_snapshots_acknowledged_total \([0-9]*\).*/\1/p')
  echo "${count:-0}"
}
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all"

# 1. No module: asked to use netlink, as root, the agent must not load it.
sleep 2
agent without-module 8 KPFLEET_AGENT_NETLINK=true
grep -c '^ip_vs ' /proc/modules >"$OUT/modules-after-agent"

# 2. Services like kube-proxy's, load, and the agent with netlink beside it.
. "$LAB/guest-kube.sh"; set +e
P="python3 $LAB/load.py"
vip 10.96.0.10 10.96.0.20 10.96.0.30 10.96.0.40 fd00:10:96::10
servers() { for i in $3; do ipvsadm -a $1 -r "$(printf "$2" "$i")" -m -w "${4:-1}"; done; }
B4=10.244.%d.2:8080
ipvsadm -A -t 10.96.0.10:80 -s rr; servers "-t 10.96.0.10:80" $B4 "1 2 3"
ipvsadm -A -t 10.96.0.20:80 -s lc; servers "-t 10.96.0.20:80" $B4 "1 2 3"
ipvsadm -A -u 10.96.0.10:53 -s rr; servers "-u 10.96.0.10:53" 10.244.%d.2:5353 "1 2 3 4 5"
ipvsadm -A -t 10.96.0.30:80 -s rr -p 600; servers "-t 10.96.0.30:80" $B4 "1 2 3 4 5"
ipvsadm -A -t 10.96.0.40:80 -s rr
ipvsadm -A -t "[fd00:10:96::10]:80" -s rr; servers "-t [fd00:10:96::10]:80" '[fd00:244:%d::2]:8080' "1 2 3"
ipvsadm -A -f 77 -s wlc; servers "-f 77" $B4 "4 5"
ipvsadm -A -f 79 -6 -s sh; servers "-f 79 -6" '[fd00:244:%d::2]:0' "1 2"
ipvsadm --set 901 121 301
$P serve be1 be2 be3 be4 be5 >"$OUT/serve.log" 2>&1 &
for i in $(seq 200); do grep -q ready "$OUT/serve.log" && break; sleep .3; done
hold() { sleep 100000 | $P "$@" & }
# lc: one backend alone takes connections that stay, so that the others get the new ones afterwards.
ipvsadm -e -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 0; ipvsadm -e -t 10.96.0.20:80 -r 10.244.3.2:8080 -m -w 0
hold tcp cli1 10.96.0.20 80 150 150; sleep 8
ipvsadm -e -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1; ipvsadm -e -t 10.96.0.20:80 -r 10.244.3.2:8080 -m -w 1
env KPFLEET_AGENT_NODE_NAME=with-netlink KPFLEET_AGENT_NETLINK=true KPFLEET_AGENT_CONNECTION_STATES=true \
  "$AGENT" >"$OUT/with-netlink.log" 2>&1 & with_netlink=$!
sleep 6
for i in 1 2 3 4 5 6; do
  $P tcp cli1 10.96.0.10 80 30 1 </dev/null >/dev/null
  hold tcp cli2 10.96.0.20 80 15 15
  # Source ports count up from the same number, so that so many of them are new.
  $P udp cli1 10.96.0.10 53 $((40 * i)) >/dev/null
  $P tcp cli2 fd00:10:96::10 80 9 0 >/dev/null
  sleep 2
done
hold tcp cli1 10.96.0.30 80 12 6
sleep 6
# 3. Nothing moves now but counters of held connections: what the agent and ipvsadm see is the same.
curl -s -X POST http://127.0.0.1:9466/full-detail >"$OUT/full-detail"
cat /proc/net/ip_vs >"$OUT/ip_vs"; cat /proc/net/ip_vs_conn >"$OUT/ip_vs_conn"
ipvsadm -Ln --stats --exact >"$OUT/ipvsadm-stats"; ipvsadm -Ln >"$OUT/ipvsadm"; ipvsadm -L --timeout >"$OUT/ipvsadm-timeout"
# However slow the guest is: the snapshot with full detail and one after it.
before=$(acknowledged)
for i in $(seq 200); do (( $(acknowledged) >= before + 2 )) && break; sleep .5; done
# The codec above the Foreign Function API, on a JVM.
"$JAVA" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -Xmx128m -cp "$JVM_CLASS_PATH" \
  dev.kubeproxyfleet.simulator.agent.NetlinkDump >"$OUT/netlink-on-jvm" 2>"$OUT/netlink-on-jvm.errors"
kill -TERM $with_netlink; wait $with_netlink
# 4. As nobody, without a capability.
AS=$nobody agent as-nobody 8
AS=$nobody agent as-nobody-with-netlink 8 KPFLEET_AGENT_NETLINK=true
# 5. In the memory that the DaemonSet gives it, on the captured table of 2,000 services.
mkdir -p /run/cgroup; mount -t cgroup2 none /run/cgroup; echo +memory >/run/cgroup/cgroup.subtree_control
mkdir /run/cgroup/agent; echo 64M >/run/cgroup/agent/memory.max; echo 0 >/run/cgroup/agent/memory.swap.max
# Pages of the binary that an earlier run brought in would be charged to nobody.
sync; echo 3 >/proc/sys/vm/drop_caches
( echo $BASHPID >/run/cgroup/agent/cgroup.procs
  AS=$nobody agent in-64-mib 30 KPFLEET_AGENT_PROC_ROOT="$CAPTURED/proc" KPFLEET_AGENT_INTERVAL=500ms )
cat /run/cgroup/agent/memory.events /run/cgroup/agent/memory.stat >"$OUT/memory"
echo "peak $(cat /run/cgroup/agent/memory.peak)" >>"$OUT/memory"
cp /proc/modules "$OUT/modules"
exit 0
