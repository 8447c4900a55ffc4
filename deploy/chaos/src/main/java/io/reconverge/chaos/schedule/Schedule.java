package io.reconverge.chaos.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// The faults of one run. The same seed and number give the same schedule, on any machine.
///
/// @param faults in order of time
public record Schedule(long seed, List<Fault> faults) {

    /// Between the beginnings of two faults. Shorter than most faults last: some overlap.
    private static final int GAP_MIN_MILLIS = 300;

    private static final int GAP_MAX_MILLIS = 4_000;

    /// What a target is left alone for after a fault, so that it is up when it is hit again.
    private static final long RECOVERY_MILLIS = 4_000;

    private record Card(FaultKind kind, String target) {}

    public Schedule {
        faults = List.copyOf(faults);
    }

    /// Draws from a shuffled pack of every kind and target, and shuffles it anew when it is
    /// through: a run of as many faults as there are cards has each of them.
    public static Schedule draw(long seed, int faults) {
        Random random = new Random(seed);
        List<Fault> drawn = new ArrayList<>();
        List<Card> pack = new ArrayList<>();
        Map<String, Long> busyUntil = new HashMap<>();
        long at = 0;
        for (int number = 1; number <= faults; number++) {
            if (pack.isEmpty()) {
                pack = pack();
                Collections.shuffle(pack, random);
            }
            Card card = pack.removeLast();
            at += random.nextInt(GAP_MIN_MILLIS, GAP_MAX_MILLIS);
            for (String part : touched(card)) {
                at = Math.max(at, busyUntil.getOrDefault(part, 0L));
            }
            long length = length(card.kind(), random);
            for (String part : touched(card)) {
                busyUntil.put(part, at + length + RECOVERY_MILLIS);
            }
            drawn.add(new Fault(number, at, card.kind(), card.target(), length));
        }
        return new Schedule(seed, drawn);
    }

    /// How many faults go through the whole pack.
    public static int packSize() {
        return pack().size();
    }

    private static List<Card> pack() {
        List<Card> pack = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            kind.targets().forEach(target -> pack.add(new Card(kind, target)));
        }
        return pack;
    }

    /// What has to be up, and no other fault's business, for this one.
    private static Set<String> touched(Card card) {
        return switch (card.kind()) {
            case ROLLING_RESTART ->
                    FaultKind.KILL.targets().stream().collect(Collectors.toUnmodifiableSet());
            case KILL,
                    PAUSE,
                    BROKER_KILL,
                    DATABASE_KILL,
                    CUT,
                    DELAY,
                    HALF_CLOSE,
                    REBALANCE_STORM,
                    DISK_FULL,
                    DEVICES_KILL ->
                    Set.of(card.target());
        };
    }

    private static long length(FaultKind kind, Random random) {
        return switch (kind) {
            case KILL, BROKER_KILL, DATABASE_KILL, DEVICES_KILL -> random.nextInt(0, 5_000);
            // the longer half outlasts a worker's session of ten seconds: its partitions are given
            // away
            case PAUSE -> random.nextInt(500, 20_000);
            case CUT, HALF_CLOSE -> random.nextInt(100, 6_000);
            case DELAY -> random.nextInt(2_000, 10_000);
            case ROLLING_RESTART -> 0;
            case REBALANCE_STORM -> random.nextInt(5_000, 15_000);
            case DISK_FULL -> random.nextInt(2_000, 6_000);
        };
    }
}
