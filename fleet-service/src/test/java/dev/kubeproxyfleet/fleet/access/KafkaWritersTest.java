package dev.kubeproxyfleet.fleet.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaWritersTest {

    private static final Reach DEV = new Reach.Clusters(List.of(new Reach.Target("aks-dev", Map.of("env", "dev"))));
    private static final Reach PROD = new Reach.Clusters(List.of(new Reach.Target("aks-prod", Map.of("env", "prod"))));

    private static KafkaWriters writers(boolean separation, String... grants) {
        return new KafkaWriters(
                true,
                Map.of(Topic.DESIRED, Arrays.stream(grants).map(Grant::parse).toList()),
                separation);
    }

    private static Demand demand(Permission permission, Reach reach) {
        return new Demand(permission, reach);
    }

    @Test
    void whoeverWritesToATopicMayWhatIsGrantedThereAndNowhereElse() {
        KafkaWriters writers = writers(true, "publisher:env=dev");

        assertThat(writers.objection(Topic.DESIRED, List.of(demand(Permission.Publish, DEV))))
                .isEmpty();
        assertThat(writers.objection(Topic.DESIRED, List.of(demand(Permission.Publish, PROD))))
                .contains("it reaches beyond publisher:env=dev, to 1 other cluster: aks-prod");
        assertThat(writers.objection(Topic.COMMANDS, List.of(demand(Permission.Pause, DEV))))
                .contains(
                        "'pause' needs the role operator or admin; whoever writes to the topic commands is nothing here");
    }

    @Test
    void everyDemandIsAskedFor() {
        assertThat(writers(true, "publisher:env=dev")
                        .objection(
                                Topic.DESIRED,
                                List.of(demand(Permission.Publish, DEV), demand(Permission.Publish, PROD))))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"true,Approve,true", "true,Reject,false", "true,Promote,false", "false,Approve,false"})
    void whereDutiesAreSeparatedNobodyApprovesUnknown(boolean separation, Permission permission, boolean refused) {
        assertThat(writers(separation, "approver")
                        .objection(Topic.DESIRED, List.of(demand(permission, DEV)))
                        .isPresent())
                .isEqualTo(refused);
    }

    @Test
    void withoutALoginNothingIsRefused() {
        assertThat(Permission.values())
                .allSatisfy(permission -> assertThat(KafkaWriters.WITHOUT_LOGIN.objection(
                                Topic.COMMANDS, List.of(demand(permission, new Reach.Fleet()))))
                        .isEmpty());
    }
}
