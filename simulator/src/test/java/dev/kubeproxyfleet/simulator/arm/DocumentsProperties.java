package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DocumentsProperties {

    @Property(tries = 100)
    void writingBackWhatWasReadChangesNothing(@ForAll long seed, @ForAll @IntRange(max = 19) int index) {
        ObjectNode document = document(seed, index);

        ObjectNode written = Documents.replace(document, Documents.writable(document));
        assertThat(written).isEqualTo(document);
        assertThat(Documents.lost(document, written)).isEmpty();
        assertThat(Documents.changed(document, written)).isEmpty();
    }

    @Property(tries = 100)
    void aPropertyThatIsLeftOutIsReported(@ForAll long seed, @ForAll @IntRange(max = 60) int index) {
        ObjectNode document = document(seed, 0);
        ObjectNode writable = Documents.writable(document);
        ObjectNode properties = writable.withObject("/properties");
        String member = properties
                .propertyStream()
                .skip(index % properties.size())
                .findFirst()
                .orElseThrow()
                .getKey();
        properties.remove(member);

        assertThat(Documents.lost(document, writable)).containsExactly("/properties/" + member);
        assertThat(Documents.changed(document, writable)).isEmpty();
    }

    private static ObjectNode document(long seed, int index) {
        return Fleet.of(new FleetSpec(20, 4, 1, seed, 1)).clusters().get(index).document();
    }
}
