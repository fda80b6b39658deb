package dev.kubeproxyfleet.simulator.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** By which listeners clients come to a broker, and who they must be. */
interface BrokerAccess {

    /** Whoever knows the port, without a name. */
    BrokerAccess EVERYBODY = new BrokerAccess() {
        @Override
        public List<String> scramUsers() {
            return List.of();
        }

        @Override
        public Map<String, String> settings(int clientPort, int controllerPort) {
            return Map.of(
                    "listeners",
                    "CLIENT://%s:%d,CONTROLLER://%1$s:%3$d"
                            .formatted(EmbeddedBroker.LOOPBACK, clientPort, controllerPort),
                    "advertised.listeners",
                    "CLIENT://%s:%d".formatted(EmbeddedBroker.LOOPBACK, clientPort),
                    "listener.security.protocol.map",
                    "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "inter.broker.listener.name",
                    "CLIENT");
        }
    };

    /** The owner, and whoever it gives a password and rights. */
    static BrokerAccess of(BrokerOwner owner) {
        return new BrokerAccess() {
            @Override
            public List<String> scramUsers() {
                return List.of();
            }

            @Override
            public Map<String, String> settings(int clientPort, int controllerPort) throws BrokerStartException {
                Map<String, String> settings = new HashMap<>(EVERYBODY.settings(clientPort, controllerPort));
                settings.putAll(owner.guard());
                return settings;
            }
        };
    }

    /** Users that a new data folder is to know, as {@code kafka-storage.sh format --add-scram} takes them. */
    List<String> scramUsers();

    /** Asked before each try to start; the listener {@code CONTROLLER} is among the listeners. */
    Map<String, String> settings(int clientPort, int controllerPort) throws BrokerStartException;
}
