#!/bin/bash
# Runs inside a guest with a real IPVS kernel (see RefusalsOnRealKernelTest); $LAB holds the laboratory's own scripts. Services
# without backends are asked by a pod and by the host. Before and after each kind of question a snapshot goes to $OUT.
. "$LAB/guest-kube.sh"
vip 10.96.0.40 fd00:10:96::40
for service in "-t 10.96.0.40:80" "-u 10.96.0.40:53" "-t [fd00:10:96::40]:80" "-u [fd00:10:96::40]:53"; do
  ipvsadm -A $service -s rr
done
snapshot() { # name
  "$JAVA" -XX:TieredStopAtLevel=1 -Xmx128m -cp "$JVM_CLASS_PATH" dev.kubeproxyfleet.simulator.agent.CollectOnce "$OUT/$1"
  cat /proc/net/snmp /proc/net/snmp6 >"$OUT/$1.txt"
}
ask() { # command that enters a network namespace, tcp or udp, address, port: five questions of which each is refused
  $1 python3 - "${@:2}" <<'P'
import socket, sys
kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
for i in range(5):
    s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_STREAM if kind == 'tcp' else socket.SOCK_DGRAM)
    s.settimeout(20)
    try:
        s.connect((address, port))
        s.send(b'question')
        s.recv(512)
        sys.exit('somebody answered')
    except (ConnectionRefusedError, PermissionError):
        # What the host itself sends is dropped on its way out, so that UDP hears of it before the ICMP message arrives.
        pass
P
}
snapshot before
pod="ip netns exec cli1"
ask "$pod" tcp 10.96.0.40 80; snapshot pod-tcp4
ask "$pod" udp 10.96.0.40 53; snapshot pod-udp4
ask "$pod" tcp fd00:10:96::40 80; snapshot pod-tcp6
ask "$pod" udp fd00:10:96::40 53; snapshot pod-udp6
ask "" tcp 10.96.0.40 80; ask "" udp 10.96.0.40 53; snapshot host-ipv4
ask "" tcp fd00:10:96::40 80; ask "" udp fd00:10:96::40 53; snapshot host-ipv6
