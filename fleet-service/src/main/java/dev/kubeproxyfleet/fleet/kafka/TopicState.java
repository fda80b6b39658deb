package dev.kubeproxyfleet.fleet.kafka;

import java.util.List;

/** Whether the topics are as the service needs them. */
sealed interface TopicState {

    record Ready() implements TopicState {}

    /** @param needs what somebody else has to do first, a sentence each, with the command */
    record Waiting(List<String> needs) implements TopicState {
        public Waiting {
            needs = List.copyOf(needs);
        }
    }

    /** @param problems that waiting does not solve, a sentence each, with the topic and the setting */
    record Wrong(List<String> problems) implements TopicState {
        public Wrong {
            problems = List.copyOf(problems);
        }
    }
}
