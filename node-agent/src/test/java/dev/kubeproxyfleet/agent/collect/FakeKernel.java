package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A kernel whose services and counters a test sets. */
final class FakeKernel implements IpvsKernel {

    private final Map<ServiceKey, long[]> services = new HashMap<>();
    boolean answers = true;
    boolean persistent;
    boolean twice;
    int serverDumps;
    int questions;

    static ServiceKey key(int service) {
        return new ServiceKey(Protocol.TCP, false, 0, 0x0A600000L + service, 80);
    }

    void service(int service, long... connectionsOfBackends) {
        services.put(key(service), connectionsOfBackends);
    }

    void without(int service) {
        services.remove(key(service));
    }

    @Override
    public Optional<KernelTimeouts> timeouts() {
        questions++;
        return answers ? Optional.of(new KernelTimeouts(900, 120, 300)) : Optional.empty();
    }

    @Override
    public boolean services(Services visitor) {
        questions++;
        for (int i = 0; i < (twice ? 2 : 1); i++) {
            services.forEach((key, backends) ->
                    visitor.service(key, persistent, LongStream.of(backends).sum()));
        }
        return answers;
    }

    @Override
    public boolean servers(ServiceKey service, Servers visitor) {
        questions++;
        serverDumps++;
        long[] backends = services.getOrDefault(service, new long[0]);
        for (int i = 0; i < backends.length; i++) {
            visitor.server(new ServerKey(false, 0, 0x0AF40001L + i, 8080), 1, backends[i]);
        }
        return answers;
    }

    @Override
    public void done() {}
}
