package io.reconverge.bench.scenario;

import io.reconverge.bench.BenchSettings;
import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.fleet.Fleet;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a scenario has to work with: the running fleet, a load, and users with tokens.
public final class Stage {
    private static final Duration WARM_UP_MAX = Duration.ofMinutes(6);

    /// By so much a round must be faster than all before it for the server not to be warm.
    private static final double STILL_FASTER = 1.03;

    /// So many rounds in which it was not.
    private static final int LEVEL_ROUNDS = 3;

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(48);

    private final BenchSettings settings;
    private final Fleet fleet;
    private final Load load;
    private final List<String> tokens = new ArrayList<>();
    private final PrintStream out;

    public Stage(BenchSettings settings, Fleet fleet, Load load, PrintStream out) {
        this.settings = settings;
        this.fleet = fleet;
        this.load = load;
        this.out = out;
    }

    BenchSettings settings() {
        return settings;
    }

    Fleet fleet() {
        return fleet;
    }

    Load load() {
        return load;
    }

    /// Of the users that loads have in common.
    List<String> tokens() {
        return tokens(settings.users());
    }

    /// Of this many users, the common ones first. Signed once.
    List<String> tokens(int users) {
        while (tokens.size() < users) {
            tokens.add(token("user-" + tokens.size()));
        }
        return List.copyOf(tokens.subList(0, users));
    }

    /// Of users that nobody else has written for.
    List<String> tokens(String prefix, int users) {
        return IntStream.range(0, users).mapToObj(i -> token(prefix + "-" + i)).toList();
    }

    String token(String user) {
        return fleet.tokens().draft(user).lifetime(TOKEN_LIFETIME).sign();
    }

    /// Loads a server until it gets no faster: several JVMs that compile on few processors take
    /// minutes, and how many is different each time.
    void warmUp(URI server, Traffic traffic, int connections) {
        double best = 0;
        int level = 0;
        long begin = System.nanoTime();
        while (level < LEVEL_ROUNDS && System.nanoTime() - begin < WARM_UP_MAX.toNanos()) {
            double rate =
                    load.saturate(server, traffic, connections, settings.warmUp()).perSecond();
            level = rate > best * STILL_FASTER ? 0 : level + 1;
            best = Math.max(best, rate);
            if (settings.quick()) {
                return;
            }
        }
        say(
                "%s is warm after %,d s, at %,.0f changes/s",
                server, (System.nanoTime() - begin) / 1_000_000_000, best);
    }

    /// What is under way, on one line of the terminal.
    void say(String format, Object... values) {
        out.printf("  … " + format + "%n", values);
    }

    /// Lets what the last load left behind come to an end.
    void settle() {
        pause(Duration.ofMillis(settings.either(2_000, 300)));
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
