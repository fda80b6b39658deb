package dev.kubeproxyfleet.agent.collect;

/** Is told what {@link IpvsParser} reads, in the order of the file. Rows are reused: valid only during the call. */
public interface IpvsVisitor {

    /** @param tableSize buckets of the connection table */
    void table(int tableSize);

    void virtualService(VirtualServiceRow service);

    /** A real server of the virtual service told last. */
    void realServer(RealServerRow server);

    /** @param line counted from 1 */
    void skipped(SkipReason reason, int line);
}
