package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LongHeapProperties {

    @Property
    void valuesComeOutInOrder(@ForAll List<Long> values) {
        LongHeap heap = new LongHeap();
        values.forEach(heap::add);
        List<Long> out = new ArrayList<>();
        while (heap.size() > 0) {
            out.add(heap.poll());
        }

        assertThat(out).isEqualTo(values.stream().sorted().toList());
    }
}
