package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Comparator;

/** A partition that the read model reads. */
public record Partition(Topic topic, int number) implements Comparable<Partition> {

    /** By the topics' own names, which stay when others come. */
    private static final Comparator<Partition> ORDER = Comparator.comparing(
                    (Partition partition) -> partition.topic().suffix())
            .thenComparing(Partition::number);

    @Override
    public int compareTo(Partition other) {
        return ORDER.compare(this, other);
    }
}
