package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.cli.delivery.Target;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Every cluster has a label of its own. */
class TargetTest {

    private static ClusterView view(String resourceGroup, String name) {
        return Fixtures.view(resourceGroup, name, Map.of());
    }

    private static List<String> labels(ClusterView... clusters) {
        return Target.of(List.of(clusters)).stream().map(Target::label).toList();
    }

    @Test
    void aNameThatNoOtherClusterHasIsTheLabel() {
        assertThat(labels(view("rg", "Aks_B"), view("rg", "aks-a"))).containsExactly("aks-a", "aks-b");
    }

    @Test
    void clustersOfOneNameAreToldApartByTheirGroups() {
        assertThat(labels(view("rg-1", "aks"), view("RG (2)", "aks"), view("rg-1", "other")))
                .containsExactly("other", "rg-1-aks", "rg-2-aks");
    }

    @Test
    void whereGroupsDoNotTellThemApartAHashOfTheIdDoes() {
        List<String> labels = labels(view("a-b", "c"), view("a", "b-c"), view("x", "c"), view("x", "b-c"));

        assertThat(labels)
                .doesNotHaveDuplicates()
                .contains("x-b-c", "x-c")
                .filteredOn(label -> label.matches("(b-)?c-[0-9a-f]{16}"))
                .hasSize(2);
    }

    @Test
    void aLabelIsNeverLongerThanKubernetesTakes() {
        String name = "n".repeat(63);

        assertThat(labels(view("g".repeat(90), name), view("h", name)))
                .allSatisfy(label -> assertThat(label).hasSizeLessThanOrEqualTo(63));
    }

    @Property(tries = 300)
    void labelsDifferAndFitAndDoNotDependOnTheOrder(@ForAll("fleets") List<ClusterView> fleet) {
        List<Target> targets = Target.of(fleet);
        List<ClusterView> reversed = new ArrayList<>(fleet).reversed();

        assertThat(targets)
                .extracting(Target::label)
                .doesNotHaveDuplicates()
                .allMatch(label -> label.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"));
        assertThat(targets).extracting(Target::id).hasSameSizeAs(fleet);
        assertThat(Target.of(reversed)).isEqualTo(targets);
    }

    @Provide
    Arbitrary<List<ClusterView>> fleets() {
        Arbitrary<String> groups = Arbitraries.of("a", "a-b", "a_b", "A.B", "(a)", "g".repeat(90));
        Arbitrary<String> names = Arbitraries.of("c", "b-c", "b_c", "a-b-c", "C-1", "n".repeat(63));
        return Combinators.combine(groups, names)
                .as(TargetTest::view)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(views -> {
                    HashSet<String> ids = new HashSet<>();
                    return views.stream().filter(view -> ids.add(view.id())).toList();
                });
    }
}
