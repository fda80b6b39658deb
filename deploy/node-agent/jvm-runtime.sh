#!/bin/sh
# Makes a folder that holds the agent and what it needs of a JDK, for the processor of this machine:
#   jvm-runtime.sh <JDK 25> <node-agent/target/quarkus-app> <folder>
# <folder>/agent runs it then, where there is a shell. A cache has its classes as a first run leaves them here, loaded and linked; it
# works where the folder has this path, and is ignored elsewhere.
set -eu
jdk=$1 app=$2 folder=$3

"$jdk/bin/jlink" "@$(dirname "$0")/../images/runtime/agent" --output "$folder"
cp -a "$app" "$folder/app"

cat >"$folder/agent" <<END
#!/bin/sh
exec $folder/bin/java -XX:AOTCache=$folder/agent.aot -jar $folder/app/quarkus-run.jar
END
chmod 0755 "$folder/agent"

# A few snapshots of this machine, without Kafka; the JVM writes the cache when it ends. Only G1 writes objects into it, which the
# other collectors read, too.
env KPFLEET_AGENT_CLUSTER_ID=/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/training \
  KPFLEET_AGENT_NODE_NAME=training KPFLEET_AGENT_INTERVAL=1s KPFLEET_AGENT_HTTP_PORT=0 KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9 \
  "$folder/bin/java" -XX:-UseSerialGC -XX:+UseG1GC -Xmx64m "-XX:AOTCacheOutput=$folder/agent.aot" -jar "$folder/app/quarkus-run.jar" &
agent=$!
sleep 8
kill "$agent"
wait "$agent" || true
test -f "$folder/agent.aot"
