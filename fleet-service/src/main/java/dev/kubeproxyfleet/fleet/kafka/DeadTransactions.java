package dev.kubeproxyfleet.fleet.kafka;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * The transactions that a Streams application's replicas had open when they died. Until such a transaction ends, nobody who reads
 * committed records sees what was written after it, and the broker ends it by itself only after its timeout (10 s) and its next look at
 * timeouts (up to 10 s more, {@code transaction.abort.timed.out.transaction.cleanup.interval.ms}).
 *
 * <p>Kafka Streams names its transactions after the process, as it does its members: {@code <application>-<process>-<thread>} and
 * {@code <application>-<process>-StreamThread-<thread>-consumer}. A process that the group has no member of is dead, or is a paused one
 * whose transactions Kafka refuses to commit anyway.
 */
final class DeadTransactions {

    private static final String PROCESS = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

    private final Admin admin;
    private final String applicationId;
    private final Pattern transaction;
    private final Pattern member;

    DeadTransactions(Admin admin, String applicationId) {
        this.admin = admin;
        this.applicationId = applicationId;
        this.transaction = Pattern.compile(Pattern.quote(applicationId) + '-' + PROCESS + "-\\d+");
        this.member = Pattern.compile(Pattern.quote(applicationId) + '-' + PROCESS + "-StreamThread-.*");
    }

    /**
     * Aborts them.
     *
     * @return their ids; none where the group's members do not tell their process ({@code client.id} is configured), since then nobody
     *     knows who is dead
     */
    Set<String> end() throws ExecutionException, InterruptedException {
        List<String> open = admin
                .listTransactions(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                .all()
                .get()
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(transaction.asMatchPredicate())
                .toList();
        // Asked for after the transactions: whoever joined in between is alive.
        Set<String> alive = open.isEmpty() ? Set.of() : processes();
        Set<String> dead = alive.isEmpty()
                ? Set.of()
                : open.stream()
                        .filter(id -> !alive.contains(process(transaction, id)))
                        .collect(Collectors.toUnmodifiableSet());
        if (!dead.isEmpty()) {
            admin.fenceProducers(dead).all().get();
        }
        return dead;
    }

    private Set<String> processes() throws ExecutionException, InterruptedException {
        ConsumerGroupDescription group = Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(applicationId)).all().get().get(applicationId));
        return group.members().stream()
                .map(MemberDescription::clientId)
                .filter(member.asMatchPredicate())
                .map(id -> process(member, id))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String process(Pattern pattern, String id) {
        Matcher matcher = pattern.matcher(id);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(id);
        }
        return matcher.group(1);
    }
}
