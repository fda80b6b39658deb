package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.User;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link WithoutKafka}, with an issuer of logins. */
public class WithLogin extends WithoutKafka {

    /** Without any role. */
    static final String NOBODY = "nora";

    static final String IN_MANY_GROUPS = "greg";

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(IssuerOfTheTest.class));
    }

    /** Makes the issuer a part of the test, which rotates its keys. */
    @SuppressWarnings("NullAway.Init")
    public static class IssuerOfTheTest implements QuarkusTestResourceLifecycleManager {

        private Issuer issuer;

        @Override
        public Map<String, String> start() {
            List<User> users = new ArrayList<>(User.OF_EACH_ROLE);
            users.add(new User(NOBODY, "Nora Nobody", List.of(), List.of()));
            users.add(User.inGroups(IN_MANY_GROUPS, 201));
            users.add(new User("opal", "Opal", List.of("operator:env=dev"), List.of()));
            try {
                issuer = Issuer.start(0, InstantSource.system(), users);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            issuer.addRedirect("http://127.0.0.1/login");
            issuer.addRedirect("http://127.0.0.1/");
            return issuer.settings();
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(issuer, new TestInjector.MatchesType(Issuer.class));
        }

        @Override
        public void stop() {
            issuer.close();
        }
    }
}
