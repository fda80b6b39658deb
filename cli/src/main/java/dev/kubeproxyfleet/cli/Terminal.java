package dev.kubeproxyfleet.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal that standard output is, if it is one: the kernel knows its size, and nothing but a terminal has one. */
final class Terminal implements Screen {

    private static final int STANDARD_OUTPUT = 1;
    /** {@code asm-generic/ioctls.h}. */
    private static final long TIOCGWINSZ_LINUX = 0x5413;
    /** {@code sys/ttycom.h}. */
    private static final long TIOCGWINSZ_MACOS = 0x40087468;
    /** {@code struct winsize}: four unsigned shorts: rows, columns, and two in pixels. */
    private static final int WINSIZE_BYTES = 8;

    private static final int FALLBACK_COLUMNS = 80;
    private static final int FALLBACK_ROWS = 24;

    private final MethodHandle ioctl;
    private final long request;
    private final boolean colour;
    private final boolean unicode;

    private Terminal(MethodHandle ioctl, long request, boolean colour, boolean unicode) {
        this.ioctl = ioctl;
        this.request = request;
        this.colour = colour;
        this.unicode = unicode;
    }

    /** Empty where output goes elsewhere, where the terminal cannot move its cursor, and on systems without {@code ioctl}. */
    static Optional<Terminal> ofStandardOutput(Map<String, String> environment, boolean unicode) {
        String system = System.getProperty("os.name", "");
        boolean linux = system.equals("Linux");
        String type = environment.getOrDefault("TERM", "");
        if ((!linux && !system.startsWith("Mac")) || type.isEmpty() || type.equals("dumb")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        // https://no-color.org: any value but the empty one means no colour.
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty();
        Terminal terminal = new Terminal(ioctl, linux ? TIOCGWINSZ_LINUX : TIOCGWINSZ_MACOS, colour, unicode);
        return terminal.size() == null ? Optional.empty() : Optional.of(terminal);
    }

    private record Size(int rows, int columns) {}

    /** Null if standard output is no terminal. */
    private @Nullable Size size() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment winsize = arena.allocate(WINSIZE_BYTES, Short.BYTES);
            int result = (int) ioctl.invokeExact(STANDARD_OUTPUT, request, winsize);
            return result != 0
                    ? null
                    : new Size(
                            Short.toUnsignedInt(winsize.get(ValueLayout.JAVA_SHORT, 0)),
                            Short.toUnsignedInt(winsize.get(ValueLayout.JAVA_SHORT, Short.BYTES)));
        } catch (Throwable e) {
            throw new LinkageError("ioctl cannot be called", e);
        }
    }

    @Override
    public Look look() {
        @Nullable Size size = size();
        // A serial line, or a window that is not laid out yet, says 0 by 0.
        return size == null || size.rows() == 0 || size.columns() == 0
                ? new Look(FALLBACK_COLUMNS, FALLBACK_ROWS, colour, unicode)
                : new Look(size.columns(), size.rows(), colour, unicode);
    }

    @Override
    public boolean live() {
        return true;
    }
}
