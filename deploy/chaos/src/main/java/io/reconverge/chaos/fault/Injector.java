package io.reconverge.chaos.fault;

import io.reconverge.chaos.device.HostProcess;
import io.reconverge.chaos.proxy.TcpProxy;
import io.reconverge.chaos.schedule.Fault;
import io.reconverge.chaos.schedule.FaultKind;
import io.reconverge.chaos.schedule.Schedule;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.FleetPart;
import io.reconverge.parts.fleet.Member;
import io.reconverge.parts.fleet.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Has the faults of a schedule happen at their times, each in a thread of its own. A target is
/// under one fault at a time: where the one before took longer to mend than was planned, the next
/// waits.
public final class Injector {
    private static final long DELAY_MILLIS = 150;

    private final Fleet fleet;
    private final Map<String, TcpProxy> links;
    private final Map<String, HostProcess> devices;
    private final Optional<FullDisk> brokerDisk;
    private final Consumer<String> log;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> skipped = new ConcurrentLinkedQueue<>();
    private final List<Member> guests = new ArrayList<>();

    /// @param links by name: `link-devices`, `link-broker`, `link-postgres`
    /// @param guests workers that come and go in storms, not running
    public Injector(
            Fleet fleet,
            Map<String, TcpProxy> links,
            Map<String, HostProcess> devices,
            Optional<FullDisk> brokerDisk,
            List<Member> guests,
            Consumer<String> log) {
        this.fleet = fleet;
        this.links = Map.copyOf(links);
        this.devices = Map.copyOf(devices);
        this.brokerDisk = brokerDisk;
        this.guests.addAll(guests);
        this.log = log;
    }

    /// Returns when the last fault is mended.
    public void run(Schedule schedule) throws InterruptedException {
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (Fault fault : schedule.faults()) {
            threads.add(
                    Thread.ofPlatform()
                            .name("fault-" + fault.number())
                            .start(() -> at(begin, fault)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// What could not be mended.
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /// What this machine does not allow.
    public List<Fault> skipped() {
        return List.copyOf(skipped);
    }

    private void at(long begin, Fault fault) {
        try {
            sleep(fault.atMillis() - (System.nanoTime() - begin) / 1_000_000);
            List<ReentrantLock> taken =
                    touched(fault).stream()
                            .sorted()
                            .map(name -> locks.computeIfAbsent(name, _ -> new ReentrantLock()))
                            .toList();
            taken.forEach(ReentrantLock::lock);
            try {
                log.accept(fault.toString());
                inflict(fault);
            } finally {
                taken.forEach(ReentrantLock::unlock);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failures.add("fault %d (%s): %s".formatted(fault.number(), fault.kind(), failure));
            log.accept("     fault %d could not be mended: %s".formatted(fault.number(), failure));
        }
    }

    private List<String> touched(Fault fault) {
        return switch (fault.kind()) {
            case ROLLING_RESTART ->
                    fleet.parts().stream()
                            .map(FleetPart::name)
                            .filter(FaultKind.KILL.targets()::contains)
                            .toList();
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
                    List.of(fault.target());
        };
    }

    private void inflict(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case KILL, BROKER_KILL, DATABASE_KILL -> {
                FleetPart part = part(fault.target());
                part.kill();
                sleep(fault.forMillis());
                start(part);
            }
            case PAUSE -> {
                FleetPart part = part(fault.target());
                part.pause();
                try {
                    sleep(fault.forMillis());
                } finally {
                    part.resume();
                }
            }
            case CUT -> {
                link(fault).refuse(true);
                sleep(fault.forMillis());
                link(fault).refuse(false);
            }
            case DELAY -> {
                link(fault).delay(DELAY_MILLIS);
                sleep(fault.forMillis());
                link(fault).delay(0);
            }
            case HALF_CLOSE -> {
                link(fault).halfClose();
                sleep(fault.forMillis());
                link(fault).cut();
            }
            case ROLLING_RESTART -> {
                for (Role role : List.of(Role.WORKER, Role.FEED, Role.MEDIA, Role.GATEWAY)) {
                    for (Member member : fleet.all(role)) {
                        if (!guests.contains(member)) {
                            member.terminate();
                            start(member);
                        }
                    }
                }
            }
            case REBALANCE_STORM -> storm(fault.forMillis());
            case DISK_FULL -> fillDisk(fault);
            case DEVICES_KILL -> {
                HostProcess host = devices.get(fault.target());
                if (host == null) {
                    skipped.add(fault);
                    return;
                }
                host.kill();
                sleep(fault.forMillis());
                host.start();
            }
        }
    }

    /// Joining takes a JVM's start, so what comes and goes is known by its process only; leaving is
    /// in turn in order and by force.
    private void storm(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        boolean inOrder = true;
        do {
            for (Member guest : guests) {
                start(guest);
            }
            for (Member guest : guests) {
                if (inOrder) {
                    guest.terminate();
                } else {
                    guest.kill();
                }
                inOrder = !inOrder;
            }
        } while (System.nanoTime() < end);
    }

    private void fillDisk(Fault fault) throws InterruptedException {
        if (brokerDisk.isEmpty()) {
            skipped.add(fault);
            return;
        }
        brokerDisk.get().fill();
        sleep(fault.forMillis());
        FleetPart broker = fleet.broker();
        broker.kill();
        brokerDisk.get().empty();
        start(broker);
    }

    /// A service that is started while the broker or the database is away may give up, as it would
    /// under a supervisor, which starts it again.
    private void start(FleetPart part) throws InterruptedException {
        RuntimeException last = null;
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                part.start();
                return;
            } catch (IllegalStateException failure) {
                last = failure;
                log.accept(
                        "     %s did not start (%s); again"
                                .formatted(part.name(), failure.getMessage()));
                part.kill();
                sleep(1_000);
            }
        }
        throw new IllegalStateException(part.name() + " did not start again", last);
    }

    private FleetPart part(String name) {
        return fleet.parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no part is called " + name));
    }

    private TcpProxy link(Fault fault) {
        TcpProxy link = links.get(fault.target());
        if (link == null) {
            throw new IllegalArgumentException("no link is called " + fault.target());
        }
        return link;
    }

    private static void sleep(long millis) throws InterruptedException {
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }
}
