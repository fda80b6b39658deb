package dev.kubeproxyfleet.simulator.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Takes TCP connections at one address and hands their bytes on to another one, in a {@link Weather} that can change at any time.
 *
 * <p>Holds at most one piece for each direction of a connection, so a slow reader slows its writer down. Thread-safe.
 */
public final class Relay implements AutoCloseable {

    static final int PIECE_BYTES = 64 * 1024;

    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket listener;
    private final Supplier<Optional<InetSocketAddress>> target;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Weather weather = Weather.FAIR;
    private boolean closed;

    private Relay(ServerSocket listener, Supplier<Optional<InetSocketAddress>> target) {
        this.listener = listener;
        this.target = target;
    }

    /** @param at port 0 for any free one */
    public static Relay start(InetSocketAddress at, InetSocketAddress target) throws IOException {
        return start(at, () -> Optional.of(target));
    }

    /**
     * @param at port 0 for any free one
     * @param target asked for each new connection, which is reset where there is none
     */
    public static Relay start(InetSocketAddress at, Supplier<Optional<InetSocketAddress>> target) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(at);
        } catch (IOException e) {
            listener.close();
            throw new IOException("nothing can listen at " + at + ": " + e.getMessage(), e);
        }
        Relay relay = new Relay(listener, target);
        Thread.ofVirtual().name("relay").start(relay::accept);
        return relay;
    }

    /** Where connections are taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Connections that are open. */
    public int open() {
        return connections.size();
    }

    /** From now on, for connections that are open, too. */
    public void set(Weather next) {
        lock.lock();
        try {
            weather = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (next instanceof Weather.Cut) {
            connections.forEach(Connection::reset);
        }
    }

    /** Resets what is open. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.close();
        connections.forEach(Connection::reset);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                @SuppressWarnings("resource") // The connection closes it.
                Socket client = listener.accept();
                Connection connection = new Connection(client, new Socket());
                connections.add(connection);
                Thread.ofVirtual().name("relay-connection").start(connection::run);
            } catch (IOException e) {
                // The listener is closed, or the client has gone before it was taken.
            }
        }
    }

    /**
     * Waits until a piece may go on.
     *
     * @return false if it never may
     */
    private boolean pass(int bytes) throws InterruptedException {
        long begin = System.nanoTime();
        lock.lock();
        try {
            while (!closed) {
                switch (weather) {
                    case Weather.Cut() -> {
                        return false;
                    }
                    case Weather.Silent() -> changed.await();
                    case Weather.Slow slow -> {
                        long left = slow.hold(bytes)
                                .minusNanos(System.nanoTime() - begin)
                                .toNanos();
                        if (left <= 0) {
                            return true;
                        }
                        changed.awaitNanos(left);
                    }
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private final class Connection {

        private final Socket client;
        private final Socket server;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void run() {
            try {
                Optional<InetSocketAddress> address = pass(0) ? target.get() : Optional.empty();
                if (address.isPresent()) {
                    server.connect(address.get(), CONNECT_MILLIS);
                    client.setTcpNoDelay(true);
                    server.setTcpNoDelay(true);
                    Thread back = Thread.ofVirtual().name("relay-back").start(() -> copy(server, client));
                    copy(client, server);
                    back.join();
                }
            } catch (IOException e) {
                // Nobody listens there; the client learns it by the reset.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                reset();
                connections.remove(this);
            }
        }

        /** Until one side has said all, which the other one is told; a side that is lost ends both. */
        private void copy(Socket from, Socket to) {
            byte[] piece = new byte[PIECE_BYTES];
            try {
                int length;
                while ((length = from.getInputStream().read(piece)) >= 0) {
                    if (!pass(length)) {
                        reset();
                        return;
                    }
                    to.getOutputStream().write(piece, 0, length);
                }
                if (pass(0)) {
                    to.shutdownOutput();
                } else {
                    reset();
                }
            } catch (IOException e) {
                resetInTime();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** That a side was lost is news, too, which silence keeps back. */
        private void resetInTime() {
            try {
                pass(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            reset();
        }

        void reset() {
            for (Socket socket : new Socket[] {client, server}) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // It is closed already.
                }
            }
        }
    }
}
