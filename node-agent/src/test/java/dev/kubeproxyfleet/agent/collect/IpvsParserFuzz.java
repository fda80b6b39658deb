package dev.kubeproxyfleet.agent.collect;

/**
 * A fuzz target in the form that Jazzer looks for ({@code --target_class=dev.kubeproxyfleet.agent.collect.IpvsParserFuzz}):
 * whatever the bytes, the parser neither throws nor hangs nor invents. {@link IpvsParserFuzzTest} drives it from the captures
 * with a fixed seed.
 */
public final class IpvsParserFuzz {

    private IpvsParserFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Check check = new Check();
        new IpvsParser().parse(data, data.length, check);
        long lines = 0;
        for (byte b : data) {
            lines += b == '\n' ? 1 : 0;
        }
        if (data.length > 0 && data[data.length - 1] != '\n') {
            lines++;
        }
        if (check.rows > lines) {
            throw new IllegalStateException(check.rows + " rows of " + lines + " lines");
        }
        ProcBuffer buffer = new ProcBuffer();
        buffer.append(data, 0, data.length);
        ConnectionSample sample = new ConnectionSample();
        sample.begin();
        sample.next(data, data.length);
        var unusedStates = sample.states(true);
        var unusedTotals = IpvsTotals.parse(new Tokens(), buffer);
        long[] unusedCounters =
                NetworkCounters.conntrackPerCpu(new Tokens(), buffer, Tokens.word("drop"), Tokens.word("entries"));
    }

    private static final class Check implements IpvsVisitor {
        private long rows;
        private boolean inService;

        @Override
        public void table(int tableSize) {
            require(tableSize >= 0);
        }

        @Override
        public void virtualService(VirtualServiceRow service) {
            rows++;
            inService = true;
            require(service.port() >= 0 && service.port() <= 0xFFFF);
            require(!service.scheduler().isEmpty() && service.scheduler().length() < 16);
            require(service.persistenceJiffies() >= 0);
            require(!service.address().isEmpty());
        }

        @Override
        public void realServer(RealServerRow server) {
            rows++;
            require(inService);
            require(server.port() >= 0 && server.port() <= 0xFFFF);
            require(server.weight() >= 0 && server.activeConnections() >= 0 && server.inactiveConnections() >= 0);
        }

        @Override
        public void skipped(SkipReason reason, int line) {
            require(line > 0);
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new IllegalStateException("the parser invented something");
            }
        }
    }
}
