package dev.kubeproxyfleet.schemas.binary;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** A type of Avro records, with what is kept of its releases. */
enum Released {
    NODE_STATS(Topic.NODE_STATS, AvroReader.NODE_STATS, NodeStats.getClassSchema()),
    CLUSTER_HEALTH(Topic.CLUSTER_HEALTH, AvroReader.CLUSTER_HEALTH, ClusterHealth.getClassSchema()),
    CLUSTER_KUBERNETES(Topic.CLUSTER_KUBERNETES, AvroReader.CLUSTER_KUBERNETES, ClusterKubernetes.getClassSchema());

    static final ReleaseArchive SCHEMAS =
            new ReleaseArchive(Path.of("src/main/resources/dev/kubeproxyfleet/schemas/archive"));

    final Topic topic;
    final AvroReader<? extends SpecificRecordBase> reader;

    /** As it is now. */
    final Schema schema;

    Released(Topic topic, AvroReader<? extends SpecificRecordBase> reader, Schema schema) {
        this.topic = topic;
        this.reader = reader;
        this.schema = schema;
    }

    /** Where the archive has the schema of a version. */
    String schemaFile(String version) {
        return topic.suffix() + "/" + version + ".avsc";
    }

    /** The files of every version that has a schema. */
    List<String> schemaFiles() {
        return SCHEMAS.files(".avsc").stream()
                .filter(file -> file.startsWith(topic.suffix() + "/"))
                .toList();
    }

    static Schema archived(String schemaFile) {
        return new Schema.Parser().parse(new String(SCHEMAS.read(schemaFile), StandardCharsets.UTF_8));
    }
}
