package io.reconverge.chaos.run;

import io.reconverge.chaos.check.Evidence;
import io.reconverge.chaos.check.Tables;
import io.reconverge.chaos.check.TopicReader;
import io.reconverge.chaos.check.Verdict;
import io.reconverge.chaos.device.HostPlan;
import io.reconverge.chaos.device.HostPlan.DevicePlan;
import io.reconverge.chaos.device.HostProcess;
import io.reconverge.chaos.fault.FullDisk;
import io.reconverge.chaos.fault.Injector;
import io.reconverge.chaos.proxy.TcpProxy;
import io.reconverge.chaos.schedule.Schedule;
import io.reconverge.chaos.writer.Acknowledgements;
import io.reconverge.chaos.writer.Api;
import io.reconverge.chaos.writer.MediaWriter;
import io.reconverge.chaos.writer.RawWriter;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.FleetPart;
import io.reconverge.parts.fleet.FleetPlan;
import io.reconverge.parts.fleet.Member;
import io.reconverge.parts.fleet.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// One run from an empty folder to a verdict.
public final class Run {
    private static final int BROKER_DISK_MEGABYTES = 1_024;
    private static final Duration REST = Duration.ofMinutes(5);
    private static final int PERCENT = 100;

    private final RunPlan plan;
    private final Schedule schedule;
    private final Consumer<String> log;
    private final Map<String, TcpProxy> links = new LinkedHashMap<>();
    private final Map<String, HostProcess> hosts = new LinkedHashMap<>();
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();

    public Run(RunPlan plan, Schedule schedule, Consumer<String> log) {
        this.plan = plan;
        this.schedule = schedule;
        this.log = log;
    }

    /// Leaves the run's folder behind, with the logs of every process.
    public Outcome go() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        Files.createDirectories(plan.folder());
        Optional<FullDisk> disk =
                FullDisk.mount(plan.folder().resolve("broker"), BROKER_DISK_MEGABYTES);
        if (disk.isEmpty()) {
            log.accept("This machine lets nobody mount: the broker's disk will not be full.");
        }
        try (Fleet fleet =
                Fleet.start(plan.folder(), fleetPlan(), (part, port) -> proxy(part, port).port())) {
            log.accept("The fleet is up.");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> killAll(fleet)));
            URI gateway =
                    URI.create(
                            "http://127.0.0.1:"
                                    + proxy("devices", fleet.gateway().getPort()).port());
            return with(fleet, gateway, disk, begin);
        } finally {
            hosts.values().forEach(HostProcess::close);
            links.values().forEach(TcpProxy::close);
            disk.ifPresent(FullDisk::close);
        }
    }

    /// Ctrl-C, or the like: no process outlives this one.
    private static void killAll(Fleet fleet) {
        fleet.parts().stream().filter(FleetPart::isAlive).forEach(FleetPart::kill);
    }

    private Outcome with(Fleet fleet, URI gateway, Optional<FullDisk> disk, Instant begin)
            throws IOException, InterruptedException {
        Acknowledgements acknowledgements = new Acknowledgements();
        List<Member> guests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            // without a name that stays, it leaves the group as it ends
            guests.add(fleet.another(Role.WORKER, Map.of("reconverge.ingest.instance-id", "")));
        }
        try (Api api = new Api(gateway)) {
            Town town =
                    new Town(
                            api,
                            user -> fleet.tokens().draft(user).lifetime(Duration.ofDays(1)).sign(),
                            plan.seed());
            startHosts(gateway, town.devices(plan.devices(), plan.folder().resolve("devices")));
            List<RawWriter> writers = town.writers(plan.writers(), acknowledgements);
            MediaWriter photographer = town.photographer();
            Poison poison =
                    new Poison(
                            fleet.bootstrapServers(),
                            town.homes().keySet().stream().sorted().toList());
            List<Thread> hands = new ArrayList<>();
            writers.forEach(writer -> hands.add(hand(writer::run)));
            hands.add(hand(photographer::run));
            hands.add(hand(poison::run));
            log.accept(
                    "%d devices and %d writers are at work."
                            .formatted(plan.devices(), writers.size()));

            Injector injector = new Injector(fleet, links, hosts, disk, guests, log);
            injector.run(schedule);
            log.accept("The faults are over.");
            poison.stop();
            writers.forEach(RawWriter::stop);
            photographer.stop();
            for (Thread hand : hands) {
                hand.join();
            }
            poison.close();
            trouble.addAll(injector.failures());
            Instant rest = Instant.now();
            Optional<String> unrest = comeToRest(fleet, writers);
            unrest.ifPresent(trouble::add);
            log.accept(
                    "%s, %s after the faults."
                            .formatted(unrest.orElse("All is at rest"), since(rest)));
            Map<String, Long> answers = api.answers();
            Evidence evidence =
                    evidence(fleet, town, acknowledgements, photographer.files(), poison);
            return new Outcome(
                    plan,
                    schedule,
                    begin,
                    Duration.between(begin, Instant.now()),
                    Counts.of(evidence, answers, links),
                    injector.skipped(),
                    List.copyOf(trouble),
                    Verdict.of(evidence));
        }
    }

    private Thread hand(Runnable work) {
        return Thread.ofPlatform()
                .uncaughtExceptionHandler(
                        (_, failure) -> trouble.add("a writer failed: " + failure))
                .start(work);
    }

    private FleetPlan fleetPlan() {
        FleetPlan fleet =
                FleetPlan.ONE_OF_EACH
                        .with(Role.WORKER, plan.workers())
                        .withFlushes(false)
                        .withProperty(
                                Role.GATEWAY, "reconverge.gateway.limit.user-per-minute", "1000000")
                        .withProperty(
                                Role.GATEWAY,
                                "reconverge.gateway.limit.address-per-minute",
                                "1000000")
                        .withProperty(Role.WORKER, "reconverge.topics.partitions", "6");
        for (Role role : Role.values()) {
            fleet =
                    fleet.withJvm(
                            role,
                            List.of(
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    role == Role.BROKER ? "-Xmx768m" : "-Xmx384m"));
        }
        return fleet;
    }

    private TcpProxy proxy(String name, int port) {
        return links.computeIfAbsent("link-" + name, link -> TcpProxy.before(link, port));
    }

    private void startHosts(URI gateway, List<DevicePlan> devices) throws IOException {
        for (int i = 0; i < plan.hosts(); i++) {
            String name = "devices-" + (i + 1);
            List<DevicePlan> own = new ArrayList<>();
            for (int j = i; j < devices.size(); j += plan.hosts()) {
                own.add(devices.get(j));
                Files.createDirectories(java.nio.file.Path.of(devices.get(j).folder()));
            }
            HostProcess host =
                    new HostProcess(
                            name,
                            new HostPlan(gateway, plan.seed() * PERCENT + i, own),
                            plan.folder().resolve("log"));
            hosts.put(name, host);
            host.start();
        }
    }

    /// Returns what would not come to rest; nothing where all did.
    private Optional<String> comeToRest(Fleet fleet, List<RawWriter> writers)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + REST.toNanos();
        for (HostProcess host : hosts.values()) {
            host.quiet();
        }
        String waitsFor;
        do {
            waitsFor = unrest(fleet, writers);
            if (!waitsFor.isEmpty()) {
                log.accept("     not at rest: " + waitsFor);
            } else {
                hosts.values().forEach(HostProcess::stop);
                return Optional.empty();
            }
            Thread.sleep(1_000);
        } while (System.nanoTime() < deadline);
        hosts.values().forEach(HostProcess::stop);
        return Optional.of("It did not come to rest: " + waitsFor);
    }

    /// One round: empty when nobody had anything to send any more, and everything is worked off.
    private String unrest(Fleet fleet, List<RawWriter> writers) throws InterruptedException {
        for (RawWriter writer : writers) {
            try {
                int open = writer.askForReceipts();
                if (open > 0) {
                    return open + " changes of a writer are not decided";
                }
            } catch (IOException none) {
                return "no receipts: " + none;
            }
        }
        String trouble = "";
        for (HostProcess host : hosts.values()) {
            HostProcess.Round round = host.settle();
            if (round.sent() > 0 || round.unsettled() > 0) {
                trouble = host.name() + ": " + round;
            }
        }
        if (!trouble.isEmpty()) {
            return trouble;
        }
        try (Tables tables =
                Tables.open(
                        fleet.database().jdbcUrl(),
                        fleet.database().user(),
                        fleet.database().password())) {
            return new TopicReader(fleet.bootstrapServers())
                    .partitions(tables.decided()).stream()
                            .filter(partition ->
                                    partition.end() > 0 && partition.committed() < partition.end())
                            .findFirst()
                            .map(partition -> "not worked off: " + partition)
                            .orElse("");
        }
    }

    private Evidence evidence(
            Fleet fleet,
            Town town,
            Acknowledgements acknowledgements,
            List<Evidence.StoredFile> files,
            Poison poison) {
        TopicReader topics = new TopicReader(fleet.bootstrapServers());
        try (Tables tables =
                Tables.open(
                        fleet.database().jdbcUrl(),
                        fleet.database().user(),
                        fleet.database().password())) {
            List<Evidence.Replica> replicas = new ArrayList<>();
            List<Evidence.Edit> edits = new ArrayList<>();
            hosts.values()
                    .forEach(host -> {
                        replicas.addAll(host.replicas());
                        edits.addAll(host.edits());
                    });
            return new Evidence(
                    tables.spaces(),
                    tables.log(),
                    tables.entities(),
                    tables.receipts(),
                    topics.published(),
                    topics.deadLetters(),
                    topics.partitions(new HashMap<>(tables.decided())),
                    replicas,
                    acknowledgements.all(),
                    edits,
                    files,
                    town.homes(),
                    town.owners(),
                    poison.all(),
                    acknowledgements.forbidden());
        }
    }

    private static String since(Instant then) {
        return "%.1f s".formatted(Duration.between(then, Instant.now()).toMillis() / 1_000.0);
    }
}
