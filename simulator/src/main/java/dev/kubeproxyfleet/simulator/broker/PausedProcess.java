package dev.kubeproxyfleet.simulator.broker;

import java.io.IOException;

/**
 * A process that the kernel keeps from running (SIGSTOP) until this is closed, or until the process that made this has ended: a shell
 * waits for either.
 */
public final class PausedProcess implements AutoCloseable {

    private final Process shell;

    private PausedProcess(Process shell) {
        this.shell = shell;
    }

    /** Returns when the process stands still. */
    public static PausedProcess of(long pid) throws IOException {
        Process shell = new ProcessBuilder(
                        "sh", "-c", "kill -STOP \"$1\" && echo stopped && read -r _; kill -CONT \"$1\"", "sh", "" + pid)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (shell.inputReader().readLine() == null) {
            throw new IOException("process " + pid + " cannot be stopped; it may have ended");
        }
        return new PausedProcess(shell);
    }

    /** Lets it run on. */
    @Override
    public void close() throws IOException, InterruptedException {
        shell.getOutputStream().close();
        shell.waitFor();
    }
}
