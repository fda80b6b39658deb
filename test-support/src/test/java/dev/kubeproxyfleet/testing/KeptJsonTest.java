package dev.kubeproxyfleet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptJsonTest {

    @Test
    void namesWhatIsGoneAndWhatIsSomethingElse() throws IOException {
        assertThat(lost("{\"a\":{\"b\":1,\"c\":[{\"d\":\"x\"}]}}", "{\"a\":{\"b\":2,\"c\":[{}]}}"))
                .containsExactly("/a/b was 1 and is 2", "/a/c/0/d was \"x\" and is gone");
        assertThat(lost("{\"a\":[1,2]}", "{\"a\":[1]}")).containsExactly("/a was [1,2] and is [1]");
    }

    @Test
    void whatHasComeSinceIsNoLoss() throws IOException {
        assertThat(lost("{\"a\":1,\"b\":[{}]}", "{\"a\":1.0,\"b\":[{\"d\":1}],\"c\":null}"))
                .isEmpty();
    }

    private static List<String> lost(String kept, String now) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        return KeptJson.lost(mapper.readTree(kept), mapper.readTree(now));
    }
}
