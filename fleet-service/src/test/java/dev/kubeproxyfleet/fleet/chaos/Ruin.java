package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.simulator.broker.BrokerProcess;
import dev.kubeproxyfleet.simulator.broker.BrokerStartException;
import dev.kubeproxyfleet.simulator.hazard.SmallDisk;
import dev.kubeproxyfleet.simulator.network.Weather;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does faults to a world, and undoes those that last. What one thread does to replicas may go on beside what another one does to Kafka. */
final class Ruin implements AutoCloseable {

    /** Enough for a machine that has much else to do; what does not come back by then does not come back. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration LOOK = Duration.ofMillis(200);

    /** Enough for Kafka to say whether all is well there. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final World world;
    private final PrintStream out;
    private final CountDownLatch stop = new CountDownLatch(1);

    /** Brokers that are to be dead. */
    private final Set<BrokerProcess> ended = ConcurrentHashMap.newKeySet();

    Ruin(World world, PrintStream out) {
        this.world = world;
        this.out = out;
        Thread.ofVirtual().name("broker-keeper").start(this::keepBrokers);
    }

    /** One that ends by itself is started again, as a replica is. */
    private void keepBrokers() {
        try {
            while (stop.getCount() > 0) {
                for (BrokerProcess broker : world.brokers.brokers()) {
                    if (!broker.isAlive() && !ended.contains(broker)) {
                        out.println("broker " + broker.id() + " has ended by itself; starting it again");
                        broker.start();
                    }
                }
                pass(LOOK);
            }
        } catch (IOException e) {
            out.println("a broker cannot be started: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether what a fault hits is there to be hit. */
    private boolean isUp(Fault fault) throws InterruptedException {
        return switch (fault) {
            case Fault.KillReplica(int replica) -> replica(replica).isReady();
            case Fault.FreezeReplica(int replica, Duration _) ->
                replica(replica).isReady();
            case Fault.KillEveryReplica _, Fault.RollReplicas _ -> areReplicasReady();
            default -> isKafkaWell(ANSWER);
        };
    }

    private boolean isKafkaWell(Duration within) throws InterruptedException {
        try {
            world.brokers.awaitBrokers(within);
            world.brokers.awaitInSync(within);
            return true;
        } catch (BrokerStartException e) {
            return false;
        }
    }

    boolean areReplicasReady() throws InterruptedException {
        for (Replica replica : world.replicas) {
            if (!replica.isReady()) {
                return false;
            }
        }
        return true;
    }

    /** Waits until what a fault hits works, or until {@link #PATIENCE} is over: false then. */
    boolean awaitUp(Fault fault) throws InterruptedException {
        return await(() -> isUp(fault));
    }

    /** Waits until all replicas and brokers work; false if they do not within {@link #PATIENCE}. */
    boolean awaitCalm() throws InterruptedException {
        return isKafkaWell(PATIENCE) && await(this::areReplicasReady);
    }

    /** Something that may be so. */
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    boolean await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pass(LOOK);
        }
        return true;
    }

    /** Lets time pass. */
    void pass(Duration time) throws InterruptedException {
        boolean _ = stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns when the fault is over, and what it ended has been started again. */
    void apply(Fault fault) throws IOException, InterruptedException, BrokerStartException {
        switch (fault) {
            case Fault.KillReplica(int replica) -> replica(replica).kill();
            case Fault.KillEveryReplica _ -> world.replicas.forEach(Replica::kill);
            case Fault.FreezeReplica(int replica, Duration lasts) -> {
                replica(replica).freeze();
                pass(lasts);
                replica(replica).thaw();
            }
            case Fault.RollReplicas _ -> {
                for (Replica replica : world.replicas) {
                    replica.restart();
                    boolean _ = await(replica::isReady);
                }
            }
            case Fault.KillBroker(int broker, Duration lasts) -> kill(List.of(world.brokers.broker(broker)), lasts);
            case Fault.KillController(Duration lasts) -> kill(List.of(world.brokers.activeController()), lasts);
            case Fault.KillEveryBroker(Duration lasts) -> kill(world.brokers.brokers(), lasts);
            case Fault.FreezeBroker(int broker, Duration lasts) -> {
                world.brokers.broker(broker).pause();
                pass(lasts);
                world.brokers.broker(broker).resume();
            }
            case Fault.RollBrokers _ -> {
                for (BrokerProcess broker : world.brokers.brokers()) {
                    ended.add(broker);
                    broker.stop();
                    broker.start();
                    ended.remove(broker);
                    world.brokers.awaitInSync(PATIENCE);
                }
            }
            case Fault.PartReplica(int replica, int broker, Weather weather, Duration lasts) ->
                between(
                        List.of(World.replica(replica)),
                        List.of(world.brokers.broker(broker).name()),
                        weather,
                        lasts);
            case Fault.IsolateReplica(int replica, Weather weather, Duration lasts) ->
                between(
                        List.of(World.replica(replica)),
                        world.brokers.brokers().stream()
                                .map(BrokerProcess::name)
                                .toList(),
                        weather,
                        lasts);
            case Fault.PartBrokers(int one, int other, Weather weather, Duration lasts) ->
                between(
                        List.of(world.brokers.broker(one).name()),
                        List.of(world.brokers.broker(other).name()),
                        weather,
                        lasts);
            case Fault.SlowBroker(int broker, Weather.Slow weather, Duration lasts) -> {
                String slow = world.brokers.broker(broker).name();
                world.brokers.links().setTowards(slow, weather);
                pass(lasts);
                world.brokers.links().setTowards(slow, Weather.FAIR);
            }
            case Fault.FillDisk(Duration lasts) -> fill(world.brokers.broker(World.WITH_SMALL_DISK), lasts);
        }
    }

    /** One that has ended by it, as it does once it writes, is not started again as long as its disk is full. */
    private void fill(BrokerProcess broker, Duration lasts) throws IOException, InterruptedException {
        SmallDisk disk = broker.disk().orElseThrow();
        ended.add(broker);
        disk.fill();
        pass(lasts);
        disk.free();
        broker.start();
        ended.remove(broker);
    }

    private Replica replica(int number) {
        return world.replicas.get(number - 1);
    }

    /** In the same moment, as far as one process can. */
    private void kill(List<BrokerProcess> brokers, Duration lasts) throws IOException, InterruptedException {
        ended.addAll(brokers);
        List<ProcessHandle> processes = new ArrayList<>();
        brokers.forEach(broker -> ProcessHandle.of(broker.pid()).ifPresent(processes::add));
        processes.forEach(ProcessHandle::destroyForcibly);
        for (BrokerProcess broker : brokers) {
            broker.kill();
        }
        pass(lasts);
        for (BrokerProcess broker : brokers) {
            broker.start();
            ended.remove(broker);
        }
    }

    private void between(List<String> ones, List<String> others, Weather weather, Duration lasts)
            throws InterruptedException {
        set(ones, others, weather);
        pass(lasts);
        set(ones, others, Weather.FAIR);
    }

    private void set(List<String> ones, List<String> others, Weather weather) {
        ones.forEach(one -> others.forEach(other -> world.brokers.links().setBetween(one, other, weather)));
    }

    /** Brokers that end from now on stay dead. */
    @Override
    public void close() {
        stop.countDown();
    }
}
